import { Command, CommanderError } from 'commander';
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError, describeError } from './cli-error.js';

const SUFFIX = '.command.js';

type Register = (program: Command) => void;

/** Each command is one file `<name>.command.ts` that exports `register<Name>(program)`. */
async function register(program: Command, name: string): Promise<void> {
  const exports = (await import(pathToFileURL(join(import.meta.dirname, `${name}${SUFFIX}`)).href)) as Readonly<Record<string, unknown>>;
  const found = Object.entries(exports).find(([key, value]) => key.startsWith('register') && typeof value === 'function');
  if (found === undefined) throw new Error(`${name}${SUFFIX} exports no register function`);
  (found[1] as Register)(program);
}

function version(): string {
  const file = resolve(import.meta.dirname, '../../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('docket')
    .description('Event-sourced order management for customer service.')
    .version(version())
    .showSuggestionAfterError()
    .exitOverride();
  const wanted = argv[2];
  // Only the wanted command is loaded: start must be quick, and no command may fail over another's dependencies.
  const one = wanted !== undefined && /^[a-z-]+$/.test(wanted) && existsSync(join(import.meta.dirname, `${wanted}${SUFFIX}`));
  const names = one ? [wanted] : readdirSync(import.meta.dirname).filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
  for (const name of names.sort()) await register(program, name);
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync(argv);
}

/** A reader that went away (`docket replay … | head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await main(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`docket: ${describeError(error)}\n`);
    process.exitCode = error instanceof CliError ? error.exitCode : 1;
  }
}
