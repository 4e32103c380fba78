import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { mayCall, type OperationId } from '#identity';
import { fieldsOf, operationsOf, pathFor, validBody, withValueAt, type Field, type Operation } from '../contract.js';
import { each, harmIn, sendRaw, type RawReply } from '../hostile.js';
import type { Session } from '../http.js';
import { createOrder, eventsOf, type Scene } from '../scene.js';

interface Target {
  readonly operation: Operation;
  readonly by: Session;
  readonly path: string;
  /** What the command takes, with every member that it may have. */
  readonly valid: unknown;
}

/** Every command, sent by somebody who may, at an order that is there. */
async function commandsOf(scene: Scene): Promise<readonly Target[]> {
  const { orderId } = (await createOrder(scene)).body;
  const operations = (await operationsOf(scene.system)).filter(({ method }) => method === 'POST');
  const given = { storeId: scene.storeId, sku: scene.skus[0], reasonCode: 'customer-request' };
  const byWhom = ({ open, operationId }: Operation): Session => (open || mayCall('supervisor', operationId as OperationId) ? scene.supervisor : scene.administrator);
  return operations.map((operation) => ({ operation, by: byWhom(operation), path: pathFor(operation, orderId), valid: validBody(operation.body, { whole: true, given }) }));
}

interface Attempt extends Target {
  readonly what: string;
  /** JSON text, or bytes that are none. */
  readonly body: string | Buffer;
}

/** For a thousand requests and more on a busy machine. */
const SLOWLY = 120_000;

const HOLE = '"@hole@"';

/** A valid body of the command with raw JSON text in place of one field. */
const bodyWith = ({ valid }: Target, path: Field['path'], raw: string): string => JSON.stringify(withValueAt(valid, path, '@hole@')).replace(HOLE, () => raw);

const fieldAttempts = (targets: readonly Target[], wanted: (field: Field) => boolean, raws: (field: Field) => readonly string[]): readonly Attempt[] =>
  targets.flatMap((target) =>
    fieldsOf(target.operation.body)
      .filter(wanted)
      .flatMap((field) => raws(field).map((raw) => ({ ...target, what: `${field.path.join('.')} = ${raw.slice(0, 40)}`, body: bodyWith(target, field.path, raw) }))),
  );

const send = ({ by, path, body }: Attempt, headers: Readonly<Record<string, string>> = {}): Promise<RawReply> => sendRaw(by, 'POST', path, body, { 'docket-seen-revision': '0', ...headers });

/** Sends all and gathers those that were not refused as malformed. */
async function notRefused<One extends Attempt>(attempts: readonly One[], names?: (attempt: One) => string): Promise<readonly string[]> {
  const wrong: string[] = [];
  await each(attempts, async (attempt) => {
    const reply = await send(attempt);
    const harm = harmIn(reply);
    const unnamed = names !== undefined && !(reply.detail ?? '').includes(names(attempt));
    if (harm !== undefined || reply.status !== 400 || unnamed) wrong.push(`${attempt.operation.operationId}, ${attempt.what}: ${harm ?? `${String(reply.status)} ${reply.text.slice(0, 160)}`}`);
  });
  return wrong;
}

const isText = ({ schema }: Field): boolean => schema.type === 'string' && schema.enum === undefined;
const quoted = (...texts: readonly string[]): readonly string[] => texts.map((text) => JSON.stringify(text));

const NO_FIELDS = ['status', 'total', 'totalMinor', 'unitPriceMinor', 'revision', 'role', 'actor', 'orderId'];
const NO_TEXTS = [...quoted('', '   ', 'a\0b', 'a\u0007b', '\u009b31m', 'x'.repeat(50_000)), '"\\ud800"', '"a\\udc00b"', 'null', 'true', '7', '{}', '[]', '["x"]', '{"$ne":null}'];
const NO_NUMBERS = ['1e309', '-1e309', '-1', '1.5', '0.1', '9007199254740993', '99999999999999999999', '1e20', 'null', 'true', '"1"', '"١٢"', '"NaN"', '"1e3"', '[1]', '{}', '""'];
const NO_PARTS = ['null', '"x"', '7', 'true', '[]', '[[]]', '[{}]', '[null]'];
const NO_LISTS = ['null', '"x"', '7', '{}', '{"0":{}}', '{"length":1}', '[null]', '["x"]', '[7]', '[[]]', '[[{}]]', `[${Array.from({ length: 201 }, () => 'null').join()}]`];

export function hostileBodies(scene: () => Scene): void {
  describe('a hostile body', () => {
    it('of any command brings no field that the command does not have, at no depth (case 62)', async () => {
      const targets = await commandsOf(scene());
      const attempts = targets.flatMap((target) => {
        const { body } = target.operation;
        const known = new Set(fieldsOf(body).map(({ path }) => path.join('.')));
        const places = [[], ...fieldsOf(body).filter(({ schema }) => schema.type === 'object').map(({ path }) => path)];
        return places.flatMap((place) =>
          NO_FIELDS.filter((name) => !known.has([...place, name].join('.'))).map((name) => ({
            ...target,
            what: [...place, name].join('.'),
            name,
            body: JSON.stringify(withValueAt(target.valid, [...place, name], 'x')),
          })),
        );
      });
      expect(attempts.length).toBeGreaterThan(targets.length);
      expect(await notRefused(attempts, ({ name }) => `${name}: is not a field here`)).toEqual([]);
    }, SLOWLY);

    it('of any command brings no text that is none: NUL, control characters, half characters, too long (case 68)', async () => {
      const attempts = fieldAttempts(await commandsOf(scene()), isText, ({ schema }) => [...NO_TEXTS, ...(schema.maxLength === undefined ? [] : quoted('x'.repeat(schema.maxLength + 1)))]);
      expect(attempts.length).toBeGreaterThan(0);
      expect(await notRefused(attempts)).toEqual([]);
    }, SLOWLY);

    it('of any command brings no number that is no whole number within its bounds (cases 69, 70)', async () => {
      const attempts = fieldAttempts(await commandsOf(scene()), ({ schema }) => schema.type === 'integer', ({ schema }) => [...NO_NUMBERS, String((schema.minimum ?? 0) - 1), String((schema.maximum ?? 0) + 1)]);
      expect(attempts.length).toBeGreaterThan(0);
      expect(await notRefused(attempts)).toEqual([]);
    }, SLOWLY);

    it('of any command brings no part or list of another kind (case 60)', async () => {
      const targets = await commandsOf(scene());
      const whole = targets.flatMap((target) => ['null', '[]', '"x"', '7', 'true', '[{}]'].map((body) => ({ ...target, what: `the body = ${body}`, body })));
      const parts = fieldAttempts(targets, ({ schema }) => schema.type === 'object', () => NO_PARTS);
      const lists = fieldAttempts(targets, ({ schema }) => schema.type === 'array', () => NO_LISTS);
      expect(await notRefused([...whole, ...parts, ...lists])).toEqual([]);
    }, SLOWLY);

    it('reaches no prototype (case 67)', async () => {
      const attempts = (await commandsOf(scene())).flatMap((target) =>
        ['{"__proto__":{"polluted":1}}', '{"\\u005f_proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'].map((body) => ({ ...target, what: body, body })),
      );
      expect(await notRefused(attempts)).toEqual([]);
      expect((await scene().ann.get('/api/reason-codes')).text).not.toContain('polluted');
    }, SLOWLY);

    it('of another media type is not read at all (case 60)', async () => {
      const { ann } = scene();
      const path = `/api/orders/${(await createOrder(scene())).body.orderId}/comments`;
      const body = JSON.stringify({ text: 'a comment' });
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'text/json', 'application/jsonp', 'application/problem+json', 'nonsense', '*/*'];
      for (const type of types) {
        const reply = await sendRaw(ann, 'POST', path, body, { 'content-type': type });
        expect({ type, status: reply.status, code: reply.code }).toEqual({ type, status: 415, code: 'unsupported-media-type' });
      }
      expect((await sendRaw(ann, 'POST', path, body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
    });

    it('is told apart before it is read when it is too large, too deep, or has too many lines (case 59)', async () => {
      const { ann, storeId, skus } = scene();
      const order = await createOrder(scene());
      const comments = `/api/orders/${order.body.orderId}/comments`;
      const lines = Array.from({ length: 100_000 }, () => ({ sku: skus[0], quantity: 1 }));
      const body = (count: number): string =>
        JSON.stringify({ storeId, currency: 'GBP', contact: { name: 'Ada' }, shipTo: { country: 'GB', address: { recipient: 'Ada', line1: '1 Long Lane', city: 'London' } }, lines: lines.slice(0, count) });
      const attempts: readonly (readonly [what: string, path: string, body: string, status: number])[] = [
        ['two mebibytes', comments, JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) }), 413],
        ['a hundred thousand brackets', comments, `{"text":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
        ['a hundred thousand lines', '/api/orders', body(100_000), 413],
        ['one line too many', '/api/orders', body(201), 400],
      ];
      for (const [what, path, text, status] of attempts) {
        const reply = await sendRaw(ann, 'POST', path, text);
        expect({ what, status: reply.status, harm: harmIn(reply), soon: reply.tookMs < 10_000 }).toEqual({ what, status, harm: undefined, soon: true });
      }
      expect((await eventsOf(scene(), order.body.orderId)).length).toBe(order.body.events.length);
    });

    it('of bytes that were altered at random does not fail inside (case 60)', async () => {
      const targets = await commandsOf(scene());
      const harms: string[] = [];
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (which, flips) => {
          const target = targets[which % targets.length];
          if (target === undefined) return;
          const bytes = Buffer.from(JSON.stringify(target.valid));
          for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
          const harm = harmIn(await send({ ...target, what: '', body: bytes }));
          if (harm !== undefined) harms.push(`${target.operation.operationId} ${bytes.toString('base64')}: ${harm}`);
        }),
        { numRuns: 500 },
      );
      expect(harms).toEqual([]);
    }, SLOWLY);

    it('with any JSON in any place does not fail inside (case 60)', async () => {
      const targets = (await commandsOf(scene())).filter(({ operation }) => fieldsOf(operation.body).length > 0);
      const harms: string[] = [];
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), fc.jsonValue({ maxDepth: 3, noUnicodeString: false }), async (which, where, value) => {
          const target = targets[which % targets.length];
          if (target === undefined) return;
          const fields = fieldsOf(target.operation.body);
          const body = JSON.stringify(withValueAt(target.valid, fields[where % fields.length]?.path ?? [], value));
          const harm = harmIn(await send({ ...target, what: '', body }));
          if (harm !== undefined) harms.push(`${target.operation.operationId} ${body}: ${harm}`);
        }),
        { numRuns: 300 },
      );
      expect(harms).toEqual([]);
    }, SLOWLY);
  });

  describe('text of any script', () => {
    it('comes back as it was sent, or is refused (case 68)', async () => {
      const { ann } = scene();
      const order = await createOrder(scene());
      const path = `/api/orders/${order.body.orderId}/comments`;
      const kept: string[] = [];
      const awkward = ['\u202egnp.exe', 'zero\u200bwidth', 'e\u0301', '\u00e9', '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}', '١٢', '\ufeffmark', '<script>alert(1)</script>', "'; DROP TABLE x; --", '\u2028', '=HYPERLINK("x")', '\u{10FFFF}'];
      const texts = [...awkward, ...fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), 60)];
      for (const text of texts) {
        const reply = await sendRaw(ann, 'POST', path, JSON.stringify({ text }), { 'idempotency-key': randomUUID() });
        expect({ text, harm: harmIn(reply) }).toEqual({ text, harm: undefined });
        // eslint-disable-next-line no-control-regex -- control characters are what must be refused
        const plain = text.isWellFormed() && text.trim() !== '' && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text);
        expect({ text, status: reply.status }).toEqual({ text, status: plain ? 200 : 400 });
        if (plain) kept.push(text);
      }
      const events = await eventsOf(scene(), order.body.orderId);
      expect(events.filter(({ type }) => type === 'OrderCommentAdded').map(({ data }) => (data as { readonly text: string }).text)).toEqual(kept);
    }, SLOWLY);

    it('is found however its letters were composed (case 68)', async () => {
      const { ann, storeId } = scene();
      const mark = randomUUID().slice(0, 8);
      const name = `Zoe\u0308 A\u030angstro\u0308m ${mark}`;
      const created = await ann.command('/api/orders', { storeId, currency: 'GBP', contact: { name }, shipTo: { country: 'GB', address: { recipient: name, line1: '1 Long Lane', city: 'London' } } });
      for (const said of [name, name.normalize('NFC'), name.toUpperCase()]) {
        const found = await ann.get<{ readonly orders: readonly { readonly orderId: string }[] }>(`/api/orders?name=${encodeURIComponent(said)}`, { 'docket-at-least': created.body.position });
        expect({ said, orders: found.body.orders.map(({ orderId }) => orderId) }).toEqual({ said, orders: [created.body.orderId] });
      }
    });

    it('is no id: ids, keys and correlation ids are plain ASCII (case 68)', async () => {
      const { ann } = scene();
      const path = `/api/orders/${(await createOrder(scene())).body.orderId}/comments`;
      for (const id of ['%F0%9F%92%A9', 'order-%00', '%2e%2e%2f%2e%2e', '%C3%A9', '%ff', 'x'.repeat(300), "1' OR '1'='1"]) {
        const reply = await sendRaw(ann, 'GET', `/api/orders/${id}`);
        expect({ id, refused: [400, 404, 414].includes(reply.status), harm: harmIn(reply) }).toEqual({ id, refused: true, harm: undefined });
      }
      for (const key of ['\u00e9', 'x'.repeat(201), '   ']) {
        const reply = await sendRaw(ann, 'POST', path, '{"text":"x"}', { 'idempotency-key': key });
        expect({ key, ok: reply.status === 400 || reply.status === 200, harm: harmIn(reply) }).toEqual({ key, ok: true, harm: undefined });
      }
    });
  });
}
