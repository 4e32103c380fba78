import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

/** What decides, commands or names a rule of decision: a read model has no business with any of it. */
const DECISION = /(decider|decide|rules|commutes|lifecycle|concurrency|attempts)$|^(explain)?actions?$|^(order|customer|subject)(Decider|Rules)$|Command/i;

interface NamedImport {
  readonly file: string;
  readonly name: string;
}

/** The values (not the types) that a file imports from `#ordering`. */
export function decisionsImported(file: string, text: string): readonly NamedImport[] {
  const found: NamedImport[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (statement.moduleSpecifier.text !== '#ordering') continue;
    const clause = statement.importClause;
    if (clause === undefined) found.push({ file, name: 'side effects' });
    const bindings = clause?.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) found.push({ file, name: '*' });
    else for (const { name, propertyName } of bindings.elements) {
      const imported = (propertyName ?? name).text;
      if (DECISION.test(imported)) found.push({ file, name: imported });
    }
  }
  return found;
}

const sources = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .map((path) => join(folder, path));

describe('read models', () => {
  it('take facts from the ordering lib, never decisions', () => {
    const files = [...sources('projections'), ...sources('libs/projecting'), ...sources('apps/projector')];
    expect(files.flatMap((file) => decisionsImported(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it.each(['orderDecider', 'orderRules', 'OrderCommand', 'commutes'])('would be caught importing %s', (name) => {
    expect(decisionsImported('canary.ts', `import { type OrderEvent, ${name} as innocent } from '#ordering';`)).toEqual([
      { file: 'canary.ts', name },
    ]);
    expect(decisionsImported('canary.ts', `import * as everything from '#ordering';`)).toHaveLength(1);
  });
});
