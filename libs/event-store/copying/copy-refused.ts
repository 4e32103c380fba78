/** The two logs are not, and cannot be made, the same: says where they differ first. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}
