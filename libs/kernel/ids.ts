import { hash, randomBytes, randomUUID } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

export const newId = (): string => randomUUID();

/** RFC 9562 version 5: the same namespace and name always give the same id. */
export function uuidV5(namespace: string, name: string): string {
  const hex = hash('sha1', Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from(name, 'utf8')]));
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Namespaces are frozen: changing one orphans every id derived from it. */
const NAMESPACE = {
  command: '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d01',
  event: '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d02',
  order: '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d03',
  created: '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d04',
  subject: '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d05',
  user: '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0d06',
} as const;

export const commandIdOf = (actorId: string, idempotencyKey: string): string =>
  uuidV5(NAMESPACE.command, `${actorId}:${idempotencyKey}`);

/** The stream is part of it: a command that writes two streams must not give both the same ids. */
export const eventIdOf = (commandId: string, stream: string, index: number): string =>
  uuidV5(NAMESPACE.event, `${commandId}:${stream}:${String(index)}`);

/** Every order can be addressed by its id or by its number, without a look-up. */
export const orderIdOf = (orderNumber: string): string => uuidV5(NAMESPACE.order, orderNumber);

/** The id of a thing that a command creates (a line, a hold, a comment): derived, so a retry creates it once. */
export const createdIdOf = (commandId: string, kind: string, index = 0): string =>
  uuidV5(NAMESPACE.created, `${commandId}:${kind}:${String(index)}`);

/** The person behind an identity in another system: the same person gets the same subject, and no second one. */
export const subjectIdOf = (source: string, reference: string): string =>
  uuidV5(NAMESPACE.subject, `${source}:${reference}`);

/** A user whom another issuer knows: the same subject there is the same user here. */
export const userIdOf = (issuer: string, subject: string): string => uuidV5(NAMESPACE.user, `${issuer}:${subject}`);

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Weighted sum modulo 31 (a prime): finds every single wrong character and every swap of neighbours. */
function checkCharacter(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) sum += CROCKFORD.indexOf(body.charAt(i)) * (i + 2);
  return CROCKFORD.charAt(sum % 31);
}

/** `D-XXXXX-XXXXC`: 45 random bits and a check character, allocated without coordination. */
export function newOrderNumber(random: Uint8Array = randomBytes(9)): string {
  let body = '';
  for (let i = 0; i < 9; i += 1) body += CROCKFORD.charAt((random[i] ?? 0) & 31);
  return `D-${body.slice(0, 5)}-${body.slice(5)}${checkCharacter(body)}`;
}

/** The number as a caller may say or type it, in its one stored form; undefined when it cannot be one. */
export function normaliseOrderNumber(text: string): string | undefined {
  const plain = text.trim().toUpperCase();
  const imported = /^([A-Z]{2,8})-([A-Z0-9][A-Z0-9._-]{0,39})$/.exec(plain);
  if (imported) return plain;
  const own = plain.replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!/^D[0-9A-HJKMNP-TV-Z]{10}$/.test(own)) return undefined;
  const body = own.slice(1, 10);
  if (checkCharacter(body) !== own.charAt(10)) return undefined;
  return `D-${body.slice(0, 5)}-${body.slice(5)}${own.charAt(10)}`;
}
