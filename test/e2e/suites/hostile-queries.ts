import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { operationsOf, pathFor, type Operation } from '../contract.js';
import { each, harmIn, sendRaw } from '../hostile.js';
import { atLeast, type Session } from '../http.js';
import { createOrder, freshMark, type Scene } from '../scene.js';

/** Every query that answers and ends, with somebody who may send it. */
async function queriesOf(scene: Scene): Promise<readonly { readonly operation: Operation; readonly by: Session }[]> {
  const operations = (await operationsOf(scene.system)).filter(({ method, operationId }) => method === 'GET' && operationId !== 'watchChanges');
  return operations.map((operation) => ({ operation, by: operation.operationId === 'getOrderEvents' ? scene.auditor : scene.supervisor }));
}

/** For a thousand requests and more on a busy machine. */
const SLOWLY = 120_000;

const INJECTIONS = [
  "' OR '1'='1", "'; DROP TABLE order_search; --", "1; SELECT pg_sleep(60)", '" OR ""="', "' UNION SELECT password FROM users --", '%', '_', '%%', '\\', "\\'", '*', '.*', '$1', '{}', '(((((', "'", '||', '/**/', 'a\u0000b',
  '(SELECT 1)', 'updated; DROP TABLE x', 'updated,customer', '1 ASC', '-1', '0', '1e9', '1000000000', '99999999999999999999', 'null', 'undefined', 'NaN', '١٢', '../../etc/passwd', '<script>', '\ud800',
];

const withQuery = (path: string, name: string, value: string): string => `${path}?${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`;

export function hostileQueries(scene: () => Scene): void {
  describe('a hostile query', () => {
    it('injects nothing by any parameter of any query (case 61)', async () => {
      const created = await createOrder(scene());
      const attempts = (await queriesOf(scene())).flatMap(({ operation, by }) =>
        operation.query.flatMap(({ name }) => INJECTIONS.map((value) => ({ operation, by, name, value, path: withQuery(pathFor(operation, created.body.orderId), name, value) }))),
      );
      expect(attempts.length).toBeGreaterThan(INJECTIONS.length);
      const wrong: string[] = [];
      await each(attempts, async ({ operation, by, name, value, path }) => {
        const reply = await sendRaw(by, 'GET', path);
        const harm = harmIn(reply);
        if (harm !== undefined) wrong.push(`${operation.operationId} ${name}=${value}: ${harm}`);
      });
      expect(wrong).toEqual([]);
      expect((await scene().ann.get(`/api/orders?orderNumber=${created.body.orderNumber}`, atLeast(created))).text).toContain(created.body.orderId);
    }, SLOWLY);

    it('sorts by nothing but what the grid offers, and reads no other pages than its own (cases 61, 75)', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const page = await ann.get<{ readonly nextCursor?: string }>('/api/pending-orders?limit=1', atLeast(await createOrder(scene())));
      const cursor = page.body.nextCursor ?? '';
      expect(cursor).not.toBe('');
      const bytes = Buffer.from(cursor, 'base64url');
      const altered = [...bytes.keys()].filter((at) => at % 3 === 0).map((at) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))).toString('base64url'));
      const refused = [
        ...['sort=total', 'sort=updated;--', 'sort=', 'direction=up', 'limit=0', 'limit=-1', 'limit=101', 'limit=1000000000', 'limit=1.5', 'limit=abc', 'locked=maybe', 'storeId=%27', 'nonsense=1'],
        ...['cursor=', 'cursor=x', 'cursor=%00', `cursor=${'A'.repeat(1_999)}`, `cursor=${'A'.repeat(2_001)}`, `cursor=${Buffer.from('[]').toString('base64url')}`, `cursor=${Buffer.from('{"__proto__":1}').toString('base64url')}`],
      ];
      for (const query of refused) {
        const reply = await sendRaw(ann, 'GET', `/api/pending-orders?${query}`);
        expect({ query, status: reply.status, code: reply.code }).toEqual({ query, status: 400, code: 'invalid-request' });
      }
      await each(altered, async (text) => {
        expect(harmIn(await sendRaw(ann, 'GET', `/api/pending-orders?limit=1&cursor=${text}`))).toBeUndefined();
      });
      for (const query of ['atRevision=-1', 'atRevision=1e309', 'atRevision=x', 'at=yesterday', 'at=2026-01-01', 'atRevision=1&at=2026-01-01T00:00:00Z']) {
        expect({ query, status: (await sendRaw(ann, 'GET', `/api/orders/${created.body.orderId}?${query}`)).status }).toEqual({ query, status: 400 });
      }
    });

    it('takes the signs of a LIKE pattern for themselves (case 61)', async () => {
      const { ann } = scene();
      const mark = freshMark();
      const created = await createOrder(scene(), { mark });
      for (const said of ['%', '_', '%%%', '.*', `${mark.slice(0, 5)}%${mark.slice(8)}`, `%${mark.slice(4)}`, `${mark.slice(0, 4)}_${mark.slice(5)}`]) {
        for (const field of ['name', 'email', 'city', 'line1', 'sku']) {
          const reply = await ann.get<{ readonly orders?: readonly { readonly orderId: string }[] }>(`/api/orders?${field}=${encodeURIComponent(said)}`, atLeast(created));
          expect({ field, said, found: reply.body.orders?.some(({ orderId }) => orderId === created.body.orderId) ?? false }).toEqual({ field, said, found: false });
        }
      }
    });

    it('names no parameter twice, and none as a list or an object (case 74)', async () => {
      const { body } = await createOrder(scene());
      const wrong: string[] = [];
      const attempts = (await queriesOf(scene())).flatMap(({ operation, by }) =>
        operation.query.flatMap(({ name }) => [`${name}=a&${name}=b`, `${name}=1&${name}=1`, `${name}[]=a`, `${name}[a]=b`, `${name}[$ne]=`, `${name}[0]=1`, `__proto__[polluted]=1&${name}=a`, `constructor[prototype][polluted]=1`].map((query) => ({ operation, by, query }))),
      );
      await each(attempts, async ({ operation, by, query }) => {
        const reply = await sendRaw(by, 'GET', `${pathFor(operation, body.orderId)}?${query}`);
        if (reply.status !== 400 || harmIn(reply) !== undefined) wrong.push(`${operation.operationId} ${query}: ${String(reply.status)} ${reply.text.slice(0, 120)}`);
      });
      expect(wrong).toEqual([]);
    });

    // What costs more than the database allows for one statement ends in a 503, which is a harm.
    it('costs little, however it is written (case 71)', async () => {
      const { ann } = scene();
      const costly = [`${'a'.repeat(50_000)}!`, `${'a '.repeat(90)}!`, `${'%'.repeat(100)}a`, '('.repeat(100), `${'a.'.repeat(90)}@`, '\u0301'.repeat(100), '1'.repeat(190)];
      for (const said of costly) {
        for (const field of ['name', 'email', 'phone', 'orderNumber', 'postcode', 'line1']) {
          const reply = await sendRaw(ann, 'GET', `/api/orders?${field}=${encodeURIComponent(said)}`).catch((error: unknown) => {
            // Headers beyond what Node.js reads end the connection after their answer, which fetch may not get to see.
            if (said.length > 10_000 && error instanceof TypeError) return undefined;
            throw error;
          });
          if (reply !== undefined) expect({ field, said: said.slice(0, 10), harm: harmIn(reply) }).toEqual({ field, said: said.slice(0, 10), harm: undefined });
        }
      }
      expect((await sendRaw(ann, 'GET', `/api/orders?name=${encodeURIComponent('a b c d e f g h i j k l m')}`)).status).toBe(400);
      const comment = await sendRaw(ann, 'POST', `/api/orders/${(await createOrder(scene())).body.orderId}/comments`, JSON.stringify({ text: `${'a'.repeat(50_000)}!` }));
      expect(comment.status).toBe(400);
    });
  });

  describe('what is no request', () => {
    it('is refused in the words of every other problem, and tells nothing of the inside (case 77)', async () => {
      const { ann } = scene();
      for (const path of ['/nothing', '/api', '/api/nothing', '/api/orders/%', '/api/orders/%ff', '/docs/../package.json', '/docs/%2e%2e/package.json', '//api/orders', `/api/orders/${'x'.repeat(5_000)}`, '/api/orders/a/b/c/d']) {
        for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
          const reply = await sendRaw(ann, method, path, method === 'GET' || method === 'DELETE' ? undefined : '{}');
          expect({ path, method, refused: reply.status >= 400, harm: harmIn(reply) }).toEqual({ path, method, refused: true, harm: undefined });
        }
      }
      for (const [name, value] of [['if-match', 'W/"1"'], ['if-match', '*'], ['if-match', '"x"'], ['docket-seen-revision', '-1'], ['docket-seen-revision', '1e3'], ['docket-at-least', 'x'], ['docket-wait-ms', 'x'], ['last-event-id', 'x']] as const) {
        const post = name === 'if-match' || name === 'docket-seen-revision';
        const path = post ? `/api/orders/${(await createOrder(scene())).body.orderId}/submit` : name === 'last-event-id' ? '/api/changes' : '/api/pending-orders';
        const more = name === 'docket-wait-ms' ? { 'docket-at-least': 'x' } : {};
        const reply = await sendRaw(ann, post ? 'POST' : 'GET', path, post ? '{}' : undefined, { ...more, [name]: value });
        expect({ name, value, status: reply.status, harm: harmIn(reply) }).toEqual({ name, value, status: 400, harm: undefined });
      }
    });

    it.each([
      ['no HTTP at all', 'hello\r\n\r\n', 400],
      ['a header without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
      ['two lengths', 'POST /api/auth/sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}', 400],
      ['a length and chunks', 'POST /api/auth/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400],
      ['a line break in a header', 'GET / HTTP/1.1\r\nhost: x\r\ndocket-correlation-id: a\nb: c\rd\r\n\r\n', 400],
    ])('%s is cut off with a problem', async (_, bytes, status) => {
      const answer = await exchange(new URL(scene().system.baseUrl), bytes);
      expect(answer.startsWith(`HTTP/1.1 ${String(status)} `)).toBe(true);
      expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    });

    it('writes no line of its own into a log (case 73)', async () => {
      const { ann, system } = scene();
      const canary = `canary-${randomUUID()}`;
      await sendRaw(ann, 'GET', `/api/orders?name=${encodeURIComponent(`a\r\n{"level":60,"${canary}":1}`)}`);
      await sendRaw(ann, 'GET', '/api/pending-orders', undefined, { 'docket-correlation-id': `${canary} "}` });
      expect(system.supervisor.output()).not.toContain(canary);
    });
  });
}

/** Sends bytes and reads until the other side ends. */
function exchange({ hostname, port }: URL, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no end')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(answer));
  });
}
