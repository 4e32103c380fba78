import type { GrantedRole } from './permissions.js';

/** The stores whose orders a user sees and acts on. For everybody else's orders the answer is "no such order". */
export type UserStores = readonly string[] | 'all';

export interface User {
  /** UUID; the actor id in the log. Not personal data by itself. */
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly role: GrantedRole;
  readonly stores: UserStores;
  readonly disabled: boolean;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}

export interface NewUser {
  /** 2 to 60 characters: letters, digits, dot, dash, underscore, @; kept in lower case. */
  readonly userName: string;
  readonly displayName?: string;
  readonly role: GrantedRole;
  readonly stores: UserStores;
  /** 12 to 200 characters. */
  readonly password: string;
}

/** The users of an installation, in the schema `identity`. */
export interface Users {
  /** @throws UserNameTaken, InvalidUser */
  add(user: NewUser): Promise<User>;
  /** Adds the user unless somebody has the name; never changes an existing one. @throws InvalidUser */
  ensure(user: NewUser): Promise<User>;
  /** Nobody signs in under this name any more, and every sign-in of theirs ends. undefined: no such user. */
  disable(userName: string): Promise<User | undefined>;
  enable(userName: string): Promise<User | undefined>;
  list(): Promise<readonly User[]>;
  find(id: string): Promise<User | undefined>;
  findByName(userName: string): Promise<User | undefined>;
  /**
   * The user if name and password fit. undefined for an unknown name, a wrong password, a disabled user and a
   * temporarily blocked one alike, and takes about as long for each (A14: several failures block).
   */
  checkPassword(userName: string, password: string): Promise<User | undefined>;
}

export class UserNameTaken extends Error {
  override readonly name = 'UserNameTaken';
  constructor(readonly userName: string) {
    super(`there is already a user ${userName}`);
  }
}

export class InvalidUser extends Error {
  override readonly name = 'InvalidUser';
}
