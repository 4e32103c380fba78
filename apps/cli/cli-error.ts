/** Something that the person at the keyboard can act on: shown as its message alone, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

const EXPECTED = new Set(['CliError', 'SettingsError', 'EmbeddedPostgresError']);

/** What is shown of an error: one line for the expected ones, and where to look for the others. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.has(error.name)) return error.message;
  if (process.env.DOCKET_DEBUG === '1') return error.stack ?? error.message;
  const inner = error instanceof AggregateError ? error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each))).join('; ') : '';
  return `${error.message || inner || error.name} (DOCKET_DEBUG=1 shows where)`;
}
