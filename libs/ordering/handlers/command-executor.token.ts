/** Under this name a composition root binds the `CommandExecutor`. */
export const COMMAND_EXECUTOR = Symbol('CommandExecutor');
