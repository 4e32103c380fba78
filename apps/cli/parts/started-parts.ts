import { removeRunInfo, writeRunInfo, type Settings } from '#settings';
import { explainFolder, lockHome } from '../data-folder.js';
import { startEmbeddedParts, type EmbeddedParts, type EmbeddedPartsOptions } from './embedded-parts.js';

const toStderr = (message: string): void => {
  process.stderr.write(`docket: ${message}\n`);
};

/**
 * Holds the data folder and runs the embedded parts, where other commands find them, for as long as the work takes.
 *
 * @param taken what to say when another Docket holds the folder
 * @throws CliError, SettingsError or EmbeddedPostgresError with the remedy in words
 */
export async function withStartedParts<T>(settings: Settings, taken: () => Error, work: (parts: EmbeddedParts) => Promise<T>, options: Pick<EmbeddedPartsOptions, 'eventStoreEnv'> = {}): Promise<T> {
  const { home } = settings;
  const lock = await lockHome(home);
  if (lock === undefined) throw taken();
  try {
    const parts = await startEmbeddedParts(settings, { onNotice: toStderr, ...options });
    try {
      writeRunInfo(home, { pid: process.pid, databaseUrl: parts.databaseUrl, eventStoreUrl: parts.eventStoreUrl });
      return await work(parts);
    } finally {
      removeRunInfo(home);
      await parts.stop();
    }
  } catch (error) {
    throw explainFolder(error, home);
  } finally {
    await lock.release();
  }
}
