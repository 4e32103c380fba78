import { Inject, Injectable } from '@nestjs/common';
import { amountLimits, mayApprove, type User, type Users } from '#identity';
import { minorDigits } from '#kernel';
import type { DiscountApproval, Order } from '#ordering';
import { seesStore, type Caller } from '../http/caller.js';
import { USERS } from '../http/ports.js';
import { ProblemError } from '../http/problem.js';

/** The second person that a command names when it goes beyond its sender's limit (G3). */
@Injectable()
export class Approvers {
  constructor(@Inject(USERS) private readonly users: Users) {}

  /** @throws ProblemError unless that person may approve, and sees the store */
  async find(id: string, storeId: string, rule: 'A52' | 'A55'): Promise<User> {
    const approver = await this.users.find(id);
    if (approver !== undefined && !approver.disabled && mayApprove(approver.role) && seesStore(approver, storeId)) return approver;
    throw new ProblemError(409, 'approver-unknown', 'A rule refuses it', { rule, detail: 'That person cannot approve it.' });
  }

  /** How far a discount may go: as far as the sender may, or the one who approves it (A52). */
  async ofDiscount({ user }: Caller, order: Order, approvedBy: string | undefined): Promise<DiscountApproval> {
    const digits = minorDigits(order.currency);
    const own = amountLimits(user.role, digits).discountBasisPoints;
    if (approvedBy === undefined) return { limitBasisPoints: own };
    const approver = await this.find(approvedBy, order.storeId, 'A52');
    return { limitBasisPoints: Math.max(own, amountLimits(approver.role, digits).discountBasisPoints), approvedBy };
  }
}
