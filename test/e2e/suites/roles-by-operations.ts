import { beforeAll, describe, expect, it } from '@jest/globals';
import { GRANTED_ROLES, mayCall, OPERATION_IDS, type OperationId } from '#identity';
import { operationsOf, pathFor, validBody, type Operation } from '../contract.js';
import { each, harmIn, sendRaw, type RawReply } from '../hostile.js';
import { Session } from '../http.js';
import { createOrder, eventsOf, type Scene } from '../scene.js';
import { addUsers, signIn } from '../users.js';

const isOperationId = (operationId: string): operationId is OperationId => OPERATION_IDS.some((known) => known === operationId);

/** What no answer ends by itself is looked at until its head has come. */
const ENDLESS: ReadonlySet<string> = new Set(['watchChanges']);

export function rolesByOperations(scene: () => Scene): void {
  describe('every operation of the contract', () => {
    let operations: readonly Operation[];
    /** One of each role who sees the store, and one who sees another. */
    const insiders = new Map<string, Session>();
    const outsiders = new Map<string, Session>();

    beforeAll(async () => {
      const { system, storeId } = scene();
      operations = (await operationsOf(system)).filter(({ open, operationId }) => !open && !ENDLESS.has(operationId));
      for (const [sessions, prefix, store] of [[insiders, 'in', storeId], [outsiders, 'out', `${storeId}-other`]] as const) {
        await addUsers(system, GRANTED_ROLES.map((role) => ({ userName: `${prefix}-${role}`, role, stores: [store] })));
        for (const role of GRANTED_ROLES) sessions.set(role, await signIn(system, `${prefix}-${role}`));
      }
    }, 60_000);

    const call = ({ method, body }: Operation, path: string, by: Session, storeId: string): Promise<RawReply> =>
      sendRaw(by, method, path, method === 'POST' ? JSON.stringify(validBody(body, { given: { storeId, sku: scene().skus[0], reasonCode: 'customer-request', offer: { kind: 'percentage', basisPoints: 100 } } })) : undefined, method === 'POST' ? { 'docket-seen-revision': '0' } : {});

    it('has its row in the table of who may what', () => {
      expect(operations.map(({ operationId }) => operationId).filter((operationId) => !isOperationId(operationId))).toEqual([]);
    });

    it('is open to exactly the roles of the table, and to nobody without a sign-in (case 64)', async () => {
      const { storeId, system } = scene();
      const wrong: string[] = [];
      const attempts = operations.flatMap((operation) => [...GRANTED_ROLES, 'nobody' as const].map((role) => ({ operation, role })));
      // An order of its own for each role: what one does to it must not refuse another.
      const orders = new Map<string, string>();
      for (const role of [...GRANTED_ROLES, 'nobody']) orders.set(role, (await createOrder(scene())).body.orderId);
      await each(attempts, async ({ operation, role }) => {
        const by = insiders.get(role) ?? new Session(system.baseUrl, undefined);
        const { status, code } = await call(operation, pathFor(operation, orders.get(role) ?? ''), by, storeId);
        const refused = status === 401 ? 'not signed in' : code === 'not-allowed' ? 'not allowed' : 'let through';
        const expected = role === 'nobody' ? 'not signed in' : mayCall(role, operation.operationId as OperationId) ? 'let through' : 'not allowed';
        if (refused !== expected) wrong.push(`${operation.operationId} as ${role}: ${refused}, expected ${expected}`);
      });
      expect(wrong).toEqual([]);
    }, 120_000);

    it('says of an order of another store that there is none, and does nothing to it (case 63)', async () => {
      const { storeId } = scene();
      const created = await createOrder(scene());
      const wrong: string[] = [];
      const attempts = operations
        .filter(({ path }) => path.includes('{id}'))
        .flatMap((operation) => GRANTED_ROLES.filter((role) => mayCall(role, operation.operationId as OperationId)).map((role) => ({ operation, role })));
      expect(attempts.length).toBeGreaterThan(0);
      await each(attempts, async ({ operation, role }) => {
        const by = outsiders.get(role);
        if (by === undefined) return;
        for (const ref of [created.body.orderId, created.body.orderNumber]) {
          const reply = await call(operation, pathFor(operation, ref), by, storeId);
          if (reply.status !== 404 || harmIn(reply) !== undefined || reply.text.includes(storeId)) wrong.push(`${operation.operationId} as ${role}: ${String(reply.status)} ${reply.text.slice(0, 120)}`);
        }
      });
      expect(wrong).toEqual([]);
      expect((await eventsOf(scene(), created.body.orderId)).length).toBe(created.body.events.length);
    }, 120_000);
  });
}
