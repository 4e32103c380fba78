import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** The same password typed on another keyboard may arrive composed or decomposed. */
const normal = (password: string): string => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> => hash(normal(password), COST);

let nobodysHash: Promise<string> | undefined;

/**
 * Takes as long for a user who does not exist (`passwordHash` undefined) as for one who does, so that the time of an
 * answer does not tell which names there are.
 */
export async function passwordFits(password: string, passwordHash: string | undefined): Promise<boolean> {
  nobodysHash ??= hashPassword('nobody has this password');
  const fits = await verify(passwordHash ?? (await nobodysHash), normal(password));
  return fits && passwordHash !== undefined;
}
