import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export interface HashedPassword {
  /** Both base64. */
  readonly salt: string;
  readonly hash: string;
}

const BYTES = 32;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, BYTES, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

export async function hashPassword(password: string): Promise<HashedPassword> {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: (await derive(password, salt)).toString('base64') };
}

/** Takes as long for somebody who is not there, so that nobody learns who is. */
export async function isPassword(password: string, hashed: HashedPassword | undefined): Promise<boolean> {
  const salt = Buffer.from(hashed?.salt ?? '', 'base64');
  const expected = Buffer.from(hashed?.hash ?? '', 'base64');
  const actual = await derive(password, salt);
  return expected.length === BYTES && timingSafeEqual(actual, expected);
}
