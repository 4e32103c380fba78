import { isMetastream } from '../log-record.js';
import type { StreamSettings } from '../stream-head.js';
import { ADMINS, OPERATORS, type Account } from './account.js';

export type Right = 'read' | 'write' | 'delete' | 'manage-subscriptions' | 'manage-users';

/** In an access list: everybody who has signed in. */
const EVERYBODY = '$all';

type ListName = '$r' | '$w' | '$d' | '$mr' | '$mw';

const LISTS: Readonly<Record<'read' | 'write' | 'delete', ListName>> = { read: '$r', write: '$w', delete: '$d' };
const METADATA_LISTS: Readonly<Record<'read' | 'write' | 'delete', ListName>> = { read: '$mr', write: '$mw', delete: '$mw' };

/** The stream whose settings say who may: a metastream is governed by its stream. */
export const governing = (stream: string): string => (isMetastream(stream) ? stream.slice(2) : stream);

/**
 * Whether somebody who has signed in may do that to a stream (measured 2.3). A stream without a list is open to all,
 * a system stream to administrators; the empty name stands for what concerns no stream.
 */
export function isAllowed(account: Account, right: Right, stream: string, acl: StreamSettings['acl']): boolean {
  if (account.groups.includes(ADMINS)) return true;
  if (right === 'manage-users') return false;
  if (right === 'manage-subscriptions') return account.groups.includes(OPERATORS);
  if (stream === '') return true;
  const listed = rolesOf(acl?.[(isMetastream(stream) ? METADATA_LISTS : LISTS)[right]]);
  const roles = listed ?? [governing(stream).startsWith('$') ? ADMINS : EVERYBODY];
  return roles.some((role) => role === EVERYBODY || role === account.loginName || account.groups.includes(role));
}

/** Written as a list or as one name (measured 2.8). */
function rolesOf(list: unknown): readonly string[] | undefined {
  if (typeof list === 'string') return [list];
  return Array.isArray(list) ? list.filter((role) => typeof role === 'string') : undefined;
}
