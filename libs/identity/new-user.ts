import { GRANTED_ROLES, type GrantedRole } from './permissions.js';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwords.js';
import { InvalidUser, type NewUser, type UserStores } from './users.port.js';

const USER_NAME = /^[a-z0-9][a-z0-9._@-]{1,59}$/;
const STORE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const GREATEST_SCOPE = 200;

/** Everything about a new user but the password, in the form in which it is kept. @throws InvalidUser */
export function checkedUser(user: NewUser): { readonly userName: string; readonly displayName: string; readonly role: GrantedRole; readonly stores: UserStores } {
  const userName = normaliseUserName(user.userName);
  if (!USER_NAME.test(userName)) {
    throw new InvalidUser('a user name has 2 to 60 characters: letters without accents, digits, dot, dash, underscore or @, beginning with a letter or digit');
  }
  const displayName = (user.displayName ?? user.userName).normalize('NFC').trim();
  if (displayName === '' || displayName.length > 120 || !displayName.isWellFormed() || /\p{Cc}/u.test(displayName)) {
    throw new InvalidUser('a display name has 1 to 120 characters, none of them a control character');
  }
  const { length } = user.password;
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
    throw new InvalidUser(`a password has ${String(SHORTEST_PASSWORD)} to ${String(LONGEST_PASSWORD)} characters`);
  }
  return { userName, displayName, role: roleFrom(user.role), stores: checkedStores(user.stores) };
}

export const normaliseUserName = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

/** @throws InvalidUser naming the roles there are */
export function roleFrom(text: string): GrantedRole {
  const role = GRANTED_ROLES.find((each) => each === text);
  if (role === undefined) throw new InvalidUser(`there is no role ${JSON.stringify(text)}; roles are ${GRANTED_ROLES.join(', ')}`);
  return role;
}

/** "all", or store ids with commas between. @throws InvalidUser */
export function storesFrom(text: string): UserStores {
  return checkedStores(text.trim() === 'all' ? 'all' : text.split(',').map((each) => each.trim()));
}

function checkedStores(stores: UserStores): UserStores {
  if (stores === 'all') return stores;
  const unique = [...new Set(stores)].sort();
  const wrong = unique.find((store) => !STORE_ID.test(store));
  if (wrong !== undefined) throw new InvalidUser(`${JSON.stringify(wrong)} is not a store id: up to 64 letters, digits, dots, dashes and underscores`);
  if (unique.length === 0) throw new InvalidUser('a user needs at least one store, or all');
  if (unique.length > GREATEST_SCOPE) throw new InvalidUser(`a user has at most ${String(GREATEST_SCOPE)} stores, or all`);
  return unique;
}
