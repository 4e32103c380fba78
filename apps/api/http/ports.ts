/** Names under which the composition root binds what controllers need. */
export const SIGN_INS = Symbol('SignIns');
export const USERS = Symbol('Users');
export const CATALOGUE = Symbol('Catalogue');
export const READ_MODELS = Symbol('ReadModels');
export const WRITE_SIDE = Symbol('WriteSide');
export const API_OPTIONS = Symbol('ApiOptions');
export const READINESS = Symbol('Readiness');
