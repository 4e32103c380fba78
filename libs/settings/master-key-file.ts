import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError, type Settings } from './settings.js';
import { writePrivateFile } from './private-file.js';

export interface ResolvedMasterKey {
  readonly masterKey: string;
  /** Set when the key comes from the data folder instead of DOCKET_MASTER_KEY. */
  readonly file: string | undefined;
}

const fileOf = (home: string): string => join(home, 'master-key');

/**
 * The key that wraps the keys of persons. Production supplies it. Where everything is embedded and on loopback, one is
 * made at the first start and kept in the data folder.
 *
 * @throws SettingsError when it is needed and not given
 */
export function resolveMasterKey(settings: Settings): ResolvedMasterKey {
  if (settings.masterKey !== undefined) return { masterKey: settings.masterKey, file: undefined };
  if (!settings.isLocal) {
    throw new SettingsError([
      'DOCKET_MASTER_KEY is not set. It wraps the keys of persons, and only where the embedded parts run on loopback is one made by itself. ' +
        'Supply 32 random bytes as Base64, for example from: openssl rand -base64 32',
    ]);
  }
  const file = fileOf(settings.home);
  if (!existsSync(file)) writePrivateFile(file, `${randomBytes(32).toString('base64')}\n`);
  return { masterKey: readFileSync(file, 'utf8').trim(), file };
}

/** For a command beside a running instance: the key that was given, else the one in the data folder, never a new one. */
export function findMasterKey(settings: Settings): string | undefined {
  const file = fileOf(settings.home);
  return settings.masterKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
}
