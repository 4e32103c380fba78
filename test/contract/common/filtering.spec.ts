import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { END, EventStoreDBClient, eventTypeFilter, excludeSystemEvents, jsonEvent, START, streamNameFilter, type Filter, type Position } from '@eventstore/db-client';
import { counted, eventsIn, framesOf, fresh, hasCaughtUp } from '../event-stream.js';
import { storeUnderTest, type StoreUnderTest } from '../store-under-test.js';

let store: StoreUnderTest;
let client: EventStoreDBClient;

beforeAll(async () => {
  store = await storeUnderTest();
  client = EventStoreDBClient.connectionString(store.connectionString);
});

afterAll(async () => {
  await client.dispose();
  await store.stop();
});

describe('a filtered subscription to the whole log', () => {
  const tag = fresh('tag');
  const named = (name: string): string => `${tag}/${name}`;
  let before: Position | undefined;

  beforeAll(async () => {
    before = (await client.appendToStream(fresh('before'), counted(0))).position;
    await client.appendToStream(named('Alpha'), [jsonEvent({ type: `${tag}.made`, data: {} }), jsonEvent({ type: `${tag}.kept`, data: {} })]);
    await client.appendToStream(named('beta'), jsonEvent({ type: `x.${tag}.made`, data: {} }));
    await client.setStreamMetadata(named('beta'), { maxCount: 3 });
    await client.appendToStream(named('alphabet'), jsonEvent({ type: `${tag}.ended`, data: {} }));
  });

  it.each<[string, () => Filter, readonly string[]]>([
    ['stream names by prefix, in their case', () => streamNameFilter({ prefixes: [named('al')] }), ['ended']],
    ['stream names by any of several prefixes', () => streamNameFilter({ prefixes: [named('al'), named('A')] }), ['made', 'kept', 'ended']],
    ['stream names by regular expression, anywhere in the name', () => streamNameFilter({ regex: `${tag}.*(beta|bet$)` }), ['made', '$metadata', 'ended']],
    ['stream names whatever their case', () => streamNameFilter({ regex: `(?i)${tag}/ALPHA` }), ['made', 'kept', 'ended']],
    ['event types by prefix', () => eventTypeFilter({ prefixes: [`${tag}.`] }), ['made', 'kept', 'ended']],
    ['event types by regular expression', () => eventTypeFilter({ regex: `${tag}\\.(made|ended)$` }), ['made', 'made', 'ended']],
    ['a regular expression rather than prefixes', () => ({ ...eventTypeFilter({ regex: `^${tag}\\.ended` }), prefixes: [tag] }), ['ended']],
  ])('gives %s', async (_, filter, types) => {
    const frames = await framesOf(client.subscribeToAll({ fromPosition: before ?? START, filter: filter() }), hasCaughtUp);
    expect(eventsIn(frames).map(({ type }) => type.split('.').at(-1))).toEqual(types);
  });

  it('without system events leaves out every type that begins with $', async () => {
    const frames = await framesOf(client.subscribeToAll({ fromPosition: START, filter: excludeSystemEvents() }), hasCaughtUp);
    expect(eventsIn(frames).length).toBeGreaterThan(4);
    expect(eventsIn(frames).filter(({ type }) => type.startsWith('$'))).toEqual([]);
  });

  it('looks at the link, not at what it leads to', async () => {
    const links = fresh('links');
    await client.appendToStream(links, { ...jsonEvent({ type: '$>', data: {} }), contentType: 'application/octet-stream', data: Buffer.from(`0@${named('beta')}`) } as never);
    const frames = await framesOf(client.subscribeToAll({ fromPosition: before ?? START, filter: streamNameFilter({ prefixes: [links] }), resolveLinkTos: true }), hasCaughtUp);
    expect(eventsIn(frames)).toMatchObject([{ stream: named('beta') }]);
  });

  it('from the end is caught up at once, and then gives what is new', async () => {
    const stream = fresh('live');
    const subscription = client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: [stream] }) });
    subscription.once('caughtUp', () => void client.appendToStream(stream, counted(1)));
    const frames = await framesOf(subscription, (seen) => eventsIn(seen).length === 1);
    expect(frames.map(({ kind }) => kind)).toEqual(['confirmation', 'caughtUp', 'event']);
  });
});

describe('checkpoints of a filtered subscription', () => {
  const matching = fresh('matching');

  /** Positions of checkpoints, and when events came between them, until the last event of all. */
  async function follow(from: Position | undefined, writing: (stream: string) => Promise<void>): Promise<{ readonly checkpoints: readonly Position[]; readonly events: number }> {
    const stream = fresh('matching');
    const checkpoints: Position[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: from ?? START,
      filter: streamNameFilter({ prefixes: [stream], maxSearchWindow: 16, checkpointInterval: 4, checkpointReached: (_, position) => void checkpoints.push(position) }),
    });
    subscription.once('caughtUp', () => void writing(stream));
    const frames = await framesOf(subscription, (seen) => eventsIn(seen).at(-1)?.type === 'Last');
    return { checkpoints, events: eventsIn(frames).length };
  }

  it('come while nothing matches, in growing order, none of them behind an event that is still to come', async () => {
    const start = await client.appendToStream(matching, counted(0));
    let last: Position | undefined;
    const { checkpoints, events } = await follow(start.position, async (stream) => {
      for (let n = 0; n < 20; n += 1) await client.appendToStream(fresh('other'), Array.from({ length: 20 }, (_, index) => counted(index)));
      last = (await client.appendToStream(stream, jsonEvent({ type: 'Last', data: {} }))).position;
    });
    expect(events).toBe(1);
    expect(checkpoints.length).toBeGreaterThanOrEqual(6);
    const commits = checkpoints.map(({ commit }) => commit);
    expect(commits).toEqual([...commits].sort((one, two) => (one < two ? -1 : 1)));
    expect(commits.at(-1)).toBeLessThanOrEqual(last?.commit ?? 0n);
    expect(commits.at(0)).toBeGreaterThanOrEqual(start.position?.commit ?? 0n);
    expect(Math.max(...commits.map(Number))).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it('can be gone on from without loss or repetition', async () => {
    const stream = fresh('resumed');
    const start = await client.appendToStream(stream, counted(0));
    for (let n = 1; n <= 60; n += 1) await client.appendToStream(n % 3 === 0 ? stream : fresh('other'), counted(n));
    const all: bigint[] = [];
    let from = start.position;
    while (all.at(-1) !== 20n) {
      let checkpoint: Position | undefined;
      const subscription = client.subscribeToAll({
        fromPosition: from ?? START,
        filter: streamNameFilter({ prefixes: [stream], maxSearchWindow: 5, checkpointReached: (_, position) => void (checkpoint ??= position) }),
      });
      const seen: { readonly revision: bigint; readonly commit: bigint }[] = [];
      for await (const { event } of subscription) {
        if (event !== undefined) seen.push({ revision: event.revision, commit: event.position.commit });
        if (checkpoint !== undefined || event?.revision === 20n) break;
      }
      await subscription.unsubscribe();
      const upTo = checkpoint?.commit ?? 2n ** 62n;
      all.push(...seen.filter(({ commit }) => commit <= upTo || checkpoint === undefined).map(({ revision }) => revision));
      from = checkpoint;
    }
    expect(all).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
  });

  it('of a log too short for one are none, and never the end of everything', async () => {
    const start = await client.appendToStream(matching, counted(1));
    const { checkpoints } = await follow(start.position, async (stream) => {
      await client.appendToStream(stream, jsonEvent({ type: 'Last', data: {} }));
    });
    expect(checkpoints).toEqual([]);
  });
});
