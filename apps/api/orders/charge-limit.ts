import { amountLimits } from '#identity';
import { chargeLimit, type OrderCharge } from '#ordering';
import type { Caller } from '../http/caller.js';

/** What the caller may charge or give by hand alone (A52): a share, the same in every currency. */
export const chargeLimitOf = ({ user }: Caller, kind: OrderCharge['kind']): ReturnType<typeof chargeLimit> => chargeLimit(amountLimits(user.role, 2), kind);
