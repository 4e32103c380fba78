import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from 'node:crypto';

/** The key that wraps all others. Its id is derived from it, so that a wrong one is noticed before it is used. */
export interface MasterKey {
  /** 16 hex digits; says nothing about the key. */
  readonly id: string;
  wrap(secret: Buffer, boundTo: string): Buffer;
  /** @throws Error when the bytes were not wrapped by this key for this purpose */
  unwrap(wrapped: Buffer, boundTo: string): Buffer;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SHORTEST_PASSPHRASE = 16;

/**
 * @param text 32 bytes as 64 hex digits or as Base64, or a passphrase of at least 16 characters, which is stretched
 * @throws RangeError when it is too short to protect anything
 */
export function masterKeyFrom(text: string): MasterKey {
  const key = keyBytes(text.trim());
  return {
    id: createHmac('sha256', key).update('docket master key id').digest('hex').slice(0, 16),
    wrap: (secret, boundTo) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(boundTo, 'utf8'));
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    unwrap: (wrapped, boundTo) => {
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(boundTo, 'utf8'));
      decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, wrapped.length - TAG_BYTES)), decipher.final()]);
    },
  };
}

function keyBytes(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  if (text.length < SHORTEST_PASSPHRASE) throw new RangeError('the master key needs 32 bytes (64 hex digits or Base64), or a passphrase of at least 16 characters');
  return scryptSync(text, 'docket master key', 32, { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}
