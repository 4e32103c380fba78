import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { atLeast, type Reply, type Session } from '../http.js';
import { createOrder, freshMark, inTurn, type Scene } from '../scene.js';

const RECORDED = 1_000;
const WRITERS = 3;
const READERS = 4;

interface Recorded {
  readonly path: string;
  readonly position: string;
  readonly etag: string | null;
  readonly text: string;
}

interface Known {
  readonly orderId: string;
  readonly mark: string;
}

/** From the same seed the same numbers from 0 to 1: which question comes next is no accident. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const questions = ({ orderId, mark }: Known): readonly string[] => [
  `/api/orders/${orderId}`,
  `/api/orders/${orderId}/history?limit=5`,
  `/api/orders?name=${mark}`,
  '/api/orders?city=Lon',
  '/api/orders?country=GB&name=ada',
  '/api/pending-orders?limit=20',
  '/api/pending-orders?sort=customer&limit=7&locked=true',
  '/api/pending-orders?sort=agent&locked=false&limit=5',
  '/api/pending-orders?sort=lines&direction=desc&limit=5',
];

function record(path: string, { status, headers, text }: Reply<unknown>): Recorded {
  expect({ path, status }).toEqual({ path, status: 200 });
  return { path, position: headers.get('docket-position') ?? '', etag: headers.get('etag'), text };
}

const asOf = (path: string, moment: string): string => `${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(moment)}`;

/** An order's day: taken, locked, moved, and either placed or left where it is. */
async function work({ ann, bob }: Scene, created: Awaited<ReturnType<typeof createOrder>>, roll: () => number): Promise<void> {
  const by = roll() < 0.5 ? ann : bob;
  const address = { recipient: `Ada ${freshMark()}`, line1: '2 New Street', city: 'Leeds', postcode: 'LS1 1AA' };
  await inTurn(created, [
    [by, 'lock', {}],
    [by, 'comments', { text: 'Asked for gift wrap.', visibility: 'internal' }],
    [by, 'change-address', { shipTo: { country: 'GB', address } }],
    [by, 'unlock', {}],
    ...(roll() < 0.5 ? ([[by, 'submit', {}]] as const) : []),
  ]);
}

/** Live answers, each with its position, while others work. */
async function underLoad(scene: Scene): Promise<readonly Recorded[]> {
  const known: Known[] = [];
  const recorded: Recorded[] = [];
  const busy = (): boolean => recorded.length < RECORDED;
  const write = async (seed: number): Promise<void> => {
    const roll = dice(seed);
    while (busy()) {
      const mark = freshMark();
      const created = await createOrder(scene, { mark });
      known.push({ orderId: created.body.orderId, mark });
      await work(scene, created, roll);
    }
  };
  const read = async (session: Session, seed: number): Promise<void> => {
    const roll = dice(seed);
    while (busy()) {
      const one = known[Math.floor(roll() * known.length)];
      const paths = one === undefined ? ['/api/pending-orders'] : questions(one);
      const path = paths[Math.floor(roll() * paths.length)] ?? '/api/pending-orders';
      const reply = await session.get(path);
      // An order is not found before the projector has come to it.
      if (reply.status !== 404) recorded.push(record(path, reply));
    }
  };
  await Promise.all([...Array.from({ length: WRITERS }, (_, seed) => write(seed + 1)), ...Array.from({ length: READERS }, (_, seed) => read(seed % 2 === 0 ? scene.ann : scene.auditor, seed + 101))]);
  return recorded;
}

/** What an administrator may change at any time: no answer about an order may hold any of it. */
async function relabel(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`UPDATE catalogue.reason_code SET label = label || '.'`);
    await client.query(`UPDATE catalogue.hold_type SET label = label || '.'`);
    await client.query(`UPDATE catalogue.product SET description = description || '.'`);
  } finally {
    await client.end();
  }
}

export function past(scene: () => Scene): void {
  describe('as of a position', () => {
    it('a thousand answers that were given under load are given again, byte for byte (D1)', async () => {
      const { ann, system } = scene();
      const recorded = await underLoad(scene());
      expect(new Set(recorded.map(({ position }) => position)).size).toBeGreaterThan(RECORDED / 20);
      await relabel(system.runInfo().databaseUrl);
      const open = [...recorded];
      const ask = async (): Promise<void> => {
        for (let one = open.pop(); one !== undefined; one = open.pop()) expect(record(one.path, await ann.get(asOf(one.path, one.position)))).toEqual(one);
      };
      await Promise.all(Array.from({ length: READERS }, ask));
    }, 180_000);

    it('of a time, search, grid, order and history agree on the position', async () => {
      const { ann } = scene();
      const mark = freshMark();
      const created = await createOrder(scene(), { mark });
      const time = (await ann.get<{ readonly created: { readonly at: string } }>(`/api/orders/${created.body.orderId}`, atLeast(created))).body.created.at;
      await ann.command(`/api/orders/${created.body.orderId}/comments`, { text: 'Later.', visibility: 'internal' });
      const answers = await Promise.all(questions({ orderId: created.body.orderId, mark }).map(async (path) => record(path, await ann.get(asOf(path, time)))));
      expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
      for (const { text } of answers.slice(0, 3)) expect(text).toContain(created.body.orderId);
      expect(answers[0]?.text).not.toContain('Later.');
    });

    it('that is none, of another log, or of a time to come, is refused with what is wrong', async () => {
      const { ann } = scene();
      for (const moment of ['yesterday', '2026-13-01T00:00:00Z', '2999-01-01T00:00:00Z', 'other.1a']) {
        for (const path of ['/api/pending-orders', '/api/orders?name=ada']) {
          const refused = await ann.get<{ readonly code: string }>(asOf(path, moment));
          expect({ moment, path, status: refused.status, code: refused.body.code }).toMatchObject({ status: 400, code: expect.stringMatching(/^invalid-(request|position)$/) });
        }
      }
    });

    it('the log has not reached is waited for, then refused for now', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const [identity] = (created.headers.get('docket-position') ?? '').split('.');
      for (const path of ['/api/pending-orders', '/api/orders?name=ada', `/api/orders/${created.body.orderId}`, `/api/orders/${created.body.orderId}/history`]) {
        const behind = await ann.get<{ readonly code: string }>(asOf(path, `${identity ?? ''}.zzzzzzzzz`), { 'docket-wait-ms': '100' });
        expect({ path, status: behind.status, code: behind.body.code }).toEqual({ path, status: 503, code: 'read-model-behind' });
      }
    });

    it('tells a stranger nothing', async () => {
      const { stranger } = scene();
      const created = await createOrder(scene());
      const moment = created.headers.get('docket-position') ?? '';
      for (const path of ['', '/history']) expect((await stranger.get(asOf(`/api/orders/${created.body.orderId}${path}`, moment))).status).toBe(404);
      for (const path of ['/api/orders?city=London', '/api/pending-orders']) expect((await stranger.get(asOf(path, moment))).text).not.toContain(created.body.orderId);
    });
  });
}
