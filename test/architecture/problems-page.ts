import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A code that a client can meet, where its rule stands, and the sentences that go with it; `…` stands for figures. */
export interface ProblemEntry {
  readonly code: string;
  readonly status: number;
  readonly rule: string | undefined;
  readonly sentences: readonly string[];
}

const SOURCES = ['apps/api', 'libs/ordering', 'libs/event-store'] as const;
const REFUSED = 409;

/** Codes with a status of their own on the way through HTTP. */
const ELSEWHERE: Readonly<Record<string, number>> = { 'order-not-found': 404 };

interface Found {
  readonly code: string;
  readonly status: number;
  readonly rule?: string;
  readonly sentence?: string;
}

/** Every code in the sources, from the places where it is said: nothing is listed by hand. */
export function problemsOf(root: string): readonly ProblemEntry[] {
  const found = SOURCES.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((name) => inFile(ts.createSourceFile(name, readFileSync(join(root, folder, name), 'utf8'), ts.ScriptTarget.ES2022, true))));
  return [...new Set(found.map(({ code }) => code))].map((code): ProblemEntry => entryOf(code, found.filter((each) => each.code === code))).sort((one, other) => one.status - other.status || (one.code < other.code ? -1 : 1));
}

function entryOf(code: string, places: readonly Found[]): ProblemEntry {
  return {
    code,
    status: ELSEWHERE[code] ?? places.find(({ status }) => status !== REFUSED)?.status ?? REFUSED,
    rule: [...new Set(places.flatMap(({ rule }) => rule ?? []))].sort().join(', ') || undefined,
    sentences: [...new Set(places.flatMap(({ sentence }) => sentence?.replace(/([^.…])$/, '$1.') ?? []))],
  };
}

function inFile(file: ts.SourceFile): readonly Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found.push(...fromCall(ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText(), node));
    if (ts.isNewExpression(node) && node.expression.getText() === 'ProblemError') found.push(...fromProblem(node.arguments ?? []));
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) found.push(...fromTable(node.name.getText(), node.initializer));
    if (ts.isObjectLiteralExpression(node)) found.push(...fromRefusal(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `refuse(rule, code, sentence)` and `reject(code, sentence)`. */
function fromCall(name: string, { arguments: given }: ts.CallExpression): readonly Found[] {
  const [first, second, third] = given;
  if (name === 'refuse') return codesOf(second).map((code) => found(code, REFUSED, textOf(first), textOf(third)));
  return name === 'reject' ? codesOf(first).map((code) => found(code, REFUSED, undefined, textOf(second))) : [];
}

/** `new ProblemError(status, code, title, { rule, detail })`. */
function fromProblem([status, code, , extras]: readonly ts.Expression[]): readonly Found[] {
  if (status === undefined || !ts.isNumericLiteral(status)) return [];
  const more = extras !== undefined && ts.isObjectLiteralExpression(extras) ? membersOf(extras) : new Map<string, ts.Expression>();
  return codesOf(code).map((each) => found(each, Number(status.text), textOf(more.get('rule')), textOf(more.get('detail'))));
}

/** The API's own problems, and the rows of the order's refusals. */
function fromTable(name: string, initializer: ts.Expression): readonly Found[] {
  const table = ts.isAsExpression(initializer) ? initializer.expression : initializer;
  if (!ts.isObjectLiteralExpression(table)) return [];
  if (name === 'RULES') return [...membersOf(table)].map(([code, rule]) => found(code, REFUSED, textOf(rule), undefined));
  if (name !== 'PROBLEMS') return [];
  return [...membersOf(table)].flatMap(([code, entry]) => {
    if (!ts.isObjectLiteralExpression(entry)) return [];
    const members = membersOf(entry);
    return [found(code, Number(members.get('status')?.getText()), undefined, textOf(members.get('title')))];
  });
}

/** `{ code, rule, message }`. */
function fromRefusal(node: ts.ObjectLiteralExpression): readonly Found[] {
  const members = membersOf(node);
  const [code, rule, message] = ['code', 'rule', 'message'].map((name) => textOf(members.get(name)));
  return code === undefined || rule === undefined || message === undefined ? [] : [found(code, REFUSED, rule, message)];
}

const found = (code: string, status: number, rule: string | undefined, sentence: string | undefined): Found => ({
  code,
  status,
  ...(rule !== undefined && { rule }),
  ...(sentence !== undefined && { sentence }),
});

const membersOf = (node: ts.ObjectLiteralExpression): ReadonlyMap<string, ts.Expression> =>
  new Map(node.properties.flatMap((member) => (ts.isPropertyAssignment(member) ? [[member.name.getText().replaceAll("'", ''), member.initializer] as const] : [])));

/** A literal, or each literal that the parameter of this name may be. */
function codesOf(node: ts.Expression | undefined): readonly string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...codesOf(node.whenTrue), ...codesOf(node.whenFalse)];
  if (!ts.isIdentifier(node)) return [];
  for (let outer: ts.Node = node; !ts.isSourceFile(outer); outer = outer.parent) {
    const parameter = ts.isFunctionLike(outer) ? outer.parameters.find(({ name }) => name.getText() === node.text) : undefined;
    if (parameter?.type === undefined) continue;
    const types = ts.isUnionTypeNode(parameter.type) ? parameter.type.types : [parameter.type];
    return types.flatMap((type) => (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : []));
  }
  return [];
}

function textOf(node: ts.Expression | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isConditionalExpression(node)) return [textOf(node.whenTrue), textOf(node.whenFalse)].filter((text) => text !== undefined).join(' ') || undefined;
  if (ts.isIdentifier(node)) return textOf(constantNamed(node));
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  return undefined;
}

/** What the nearest constant of that name is made of. */
function constantNamed(node: ts.Identifier): ts.Expression | undefined {
  for (let outer: ts.Node = node; !ts.isSourceFile(outer); outer = outer.parent) {
    if (!ts.isBlock(outer)) continue;
    const declared = outer.statements.flatMap((statement) => (ts.isVariableStatement(statement) ? statement.declarationList.declarations : []));
    const constant = declared.find(({ name }) => name.getText() === node.text);
    if (constant !== undefined) return constant.initializer;
  }
  return undefined;
}

/** docs/problems.md, whole. */
export function problemsPage(root: string): string {
  const rows = problemsOf(root).map(({ code, status, rule, sentences }) => `| \`${code}\` | ${String(status)} | ${rule ?? ''} | ${sentences.join('<br>').replaceAll('|', '\\|')} |`);
  return `# Problems

Every \`code\` that an answer can carry, with its status, the row of the rule that refuses, and what is said; \`…\` stands for
figures, which come as \`details\` too. Codes are stable, sentences are not. Made from the sources by a test:
\`DOCKET_WRITE_DOCS=1 npm run jest -- test/architecture/problems\` renews it.

| code | status | rule | what it says |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
