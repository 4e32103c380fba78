import { beforeAll, describe, expect, it } from '@jest/globals';
import { GRANTED_ROLES, mayCall, type OperationId } from '#identity';
import { operationsOf, pathFor, type Operation } from '../contract.js';
import { harmIn, sendRaw, type RawReply } from '../hostile.js';
import { Session } from '../http.js';
import { createOrder, type Scene } from '../scene.js';
import { addUsers, signIn } from '../users.js';

/** What a newcomer can send as it stands to an order that was just made. */
const AT_FIRST_TRY = ['createOrder', 'registerCustomer', 'addOrderLine', 'submitOrder', 'lockOrder', 'suspendOrder', 'applyOrderHold', 'flagOrder', 'raiseOrderAlert', 'addOrderComment', 'changeOrderAddress', 'changeOrderGiftOptions', 'grantOrderTaxExemption', 'addOrderCharge', 'cancelOrder', 'voidOrder', 'previewOrderCommand', 'previewNewOrder', 'appeaseOrder', 'addPaymentMethod', 'startCall'];

export function docs(scene: () => Scene): void {
  describe('the page at /docs', () => {
    it('is where the bare address leads', async () => {
      const response = await fetch(`${scene().system.baseUrl}/`, { redirect: 'manual' });
      expect({ status: response.status, location: response.headers.get('location') }).toEqual({ status: 302, location: '/docs' });
    });

    it('brings all that it needs from here, and nothing that its own policy forbids', async () => {
      const { baseUrl } = scene().system;
      const page = await fetch(`${baseUrl}/docs`);
      const html = await page.text();
      const policy = new Map((page.headers.get('content-security-policy') ?? '').split(';').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]));
      expect({ scripts: policy.get('script-src'), styles: policy.get('style-src'), rest: policy.get('default-src'), upgrades: policy.has('upgrade-insecure-requests') }).toEqual({ scripts: "'self'", styles: "'self'", rest: "'self'", upgrades: false });
      expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script>/);

      const needed = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address).filter((address) => !address.startsWith('data:'));
      const kinds = await Promise.all(
        needed.map(async (address) => {
          const { status, headers } = await fetch(new URL(address, baseUrl));
          return { address, status, kind: headers.get('content-type') };
        }),
      );
      expect(kinds).toEqual([
        { address: '/docs/swagger-ui.css', status: 200, kind: 'text/css; charset=utf-8' },
        { address: '/docs/page.css', status: 200, kind: 'text/css; charset=utf-8' },
        { address: '/openapi.json', status: 200, kind: 'application/json; charset=utf-8' },
        { address: '/docs/swagger-ui-bundle.js', status: 200, kind: 'text/javascript; charset=utf-8' },
        { address: '/docs/page.js', status: 200, kind: 'text/javascript; charset=utf-8' },
      ]);
    });
  });

  describe('the example of every operation', () => {
    let operations: readonly Operation[];
    const sessions = new Map<string, Session>();

    beforeAll(async () => {
      const { system, storeId } = scene();
      operations = (await operationsOf(system)).filter(({ open, method }) => !open && method === 'POST');
      await addUsers(system, GRANTED_ROLES.map((role) => ({ userName: `docs-${role}`, role, stores: [storeId] })));
      for (const role of GRANTED_ROLES) sessions.set(role, await signIn(system, `docs-${role}`));
    }, 60_000);

    /** As whoever may call it, to an order of its own. */
    async function send(operation: Operation): Promise<RawReply> {
      const { storeId } = scene();
      const role = GRANTED_ROLES.find((candidate) => mayCall(candidate, operation.operationId as OperationId)) ?? 'nobody';
      const { body } = await createOrder(scene());
      const example = JSON.stringify(operation.example).replaceAll('"demo"', JSON.stringify(storeId));
      const needsRevision = operation.path.startsWith('/api/orders/{id}/');
      return sendRaw(sessions.get(role) ?? new Session(scene().system.baseUrl, undefined), 'POST', pathFor(operation, body.orderId), example, needsRevision ? { 'docket-seen-revision': String(body.revision) } : {});
    }

    it('is understood as it stands', async () => {
      const wrong: string[] = [];
      for (const operation of operations) {
        const reply = await send(operation);
        if ([400, 401, 403, 415, 428].includes(reply.status) || harmIn(reply) !== undefined) wrong.push(`${operation.operationId}: ${String(reply.status)} ${reply.text.slice(0, 160)}`);
      }
      expect(wrong).toEqual([]);
    }, 60_000);

    it.each(AT_FIRST_TRY)('of %s does something to an order that was just made', async (operationId) => {
      const operation = operations.find((candidate) => candidate.operationId === operationId);
      if (operation === undefined) throw new Error(`no operation ${operationId}`);
      const reply = await send(operation);
      expect({ status: reply.status, text: reply.status >= 300 ? reply.text : '' }).toEqual({ status: expect.any(Number), text: '' });
    });
  });
}
