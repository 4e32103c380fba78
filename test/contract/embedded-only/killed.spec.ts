import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent, NO_STREAM, START, UnavailableError, type ResolvedEvent } from '@eventstore/db-client';
import { collect } from '../collect.js';
import { counted, eventsOf, failureOf, fresh, ids } from '../event-stream.js';
import { call, shared, streamIdentifier, streams } from '../raw-client.js';
import { describeEmbedded, KillableStore } from '../killable-store.js';
import { CLASSIC } from '../store-under-test.js';

describeEmbedded('an event store that dies', () => {
  let store: KillableStore | undefined;
  const clients: EventStoreDBClient[] = [];

  const clientOf = ({ connectionString }: KillableStore): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(connectionString);
    clients.push(client);
    return client;
  };
  /** Ids in the log, stream by stream. */
  const logged = async (client: EventStoreDBClient): Promise<ReadonlyMap<string, readonly string[]>> => {
    const found = new Map<string, string[]>();
    for (const { event } of (await collect(client.readAll())) as readonly ResolvedEvent[]) {
      if (event !== undefined && !event.streamId.startsWith('$')) found.set(event.streamId, [...(found.get(event.streamId) ?? []), event.id]);
    }
    return found;
  };

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
    await store?.dispose();
    store = undefined;
  });

  it.each([
    ['store-before-commit', 0],
    ['store-after-commit', 5],
  ] as const)('at %s has an unanswered append whole or not at all, and once when it is sent again (cases 4, 5)', async (failpoint, expected) => {
    const stream = fresh('crash');
    const events = eventsOf(ids(5));
    store = await KillableStore.start();
    await store.kill();
    await store.start({ DOCKET_CRASH_AT: failpoint });
    await failureOf(clientOf(store).appendToStream(stream, events, { ...CLASSIC, expectedRevision: NO_STREAM }));
    expect(await store.ended()).toBe('SIGKILL');
    await store.start();
    const client = clientOf(store);
    expect((await logged(client)).get(stream)?.length ?? 0).toBe(expected);
    await client.appendToStream(stream, events, { ...CLASSIC, expectedRevision: NO_STREAM });
    expect((await logged(client)).get(stream)).toEqual(events.map(({ id }) => id));
  }, 90_000);

  it('under load has what was answered, once, and the rest whole or not at all (case 3)', async () => {
    store = await KillableStore.start();
    const answered = new Map<string, readonly string[]>();
    const sent = new Map<string, readonly string[]>();
    for (let round = 0; round < 3; round += 1) {
      const client = clientOf(store);
      const enough = answered.size + 40;
      let tell = (): void => undefined;
      const written = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const writer = async (): Promise<void> => {
        for (;;) {
          const stream = fresh('load');
          const idList = ids(3);
          sent.set(stream, idList);
          await client.appendToStream(stream, eventsOf(idList), { ...CLASSIC, expectedRevision: NO_STREAM });
          answered.set(stream, idList);
          if (answered.size >= enough) tell();
        }
      };
      const writing = Array.from({ length: 16 }, () => failureOf(writer()));
      await written;
      await store.kill();
      await Promise.all(writing);
      await store.start();
    }
    const found = await logged(clientOf(store));
    for (const [stream, idList] of answered) expect(found.get(stream)).toEqual(idList);
    for (const [stream, idList] of found) expect(idList).toEqual(sent.get(stream));
  }, 90_000);

  it('knows after its death what was repeated before it, without being told a revision', async () => {
    store = await KillableStore.start();
    const stream = fresh('repeated');
    const events = eventsOf(ids(3));
    const first = await clientOf(store).appendToStream(stream, events, CLASSIC);
    await store.kill();
    await store.start();
    expect(await clientOf(store).appendToStream(stream, events, CLASSIC)).toEqual(first);
  }, 90_000);

  it('that is told to stop ends every call with UNAVAILABLE at once', async () => {
    store = await KillableStore.start();
    const client = clientOf(store);
    await client.appendToStream('held', counted(0));
    const subscription = client.subscribeToAll({ fromPosition: START });
    const ended = new Promise((resolve) => subscription.on('error', resolve));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    const neverFinished = failureOf(
      call(new URL(store.connectionString.replace('esdb:', 'http:')).host, streams.service, 'append', [new streams.messages.AppendReq().setOptions(new streams.messages.AppendReq.Options().setStreamIdentifier(streamIdentifier('held')).setAny(new shared.Empty()))], {
        keepOpen: true,
      }),
    );
    const writing = failureOf((async () => {
      for (;;) await client.appendToStream('held', eventsOf(ids(100)), CLASSIC);
    })());
    const stopped = store.kill('SIGTERM');
    expect(await ended).toBeInstanceOf(UnavailableError);
    expect(await writing).toBeInstanceOf(UnavailableError);
    expect(await neverFinished).toMatchObject({ code: 14 });
    await stopped;
  }, 90_000);

  it('that is told to stop cuts the connection of a reader who takes nothing, who then connects anew', async () => {
    store = await KillableStore.start();
    const client = clientOf(store);
    const heavy = () => Array.from({ length: 50 }, (_, n) => jsonEvent({ type: 'Heavy', data: { n, body: 'x'.repeat(20_000) } }));
    for (let n = 0; n < 10; n += 1) await client.appendToStream('read', heavy());
    const reading = failureOf((async () => {
      let seen = 0;
      for await (const { event } of client.readStream('read')) {
        seen += event === undefined ? 0 : 1;
        if (seen === 12) await store.kill('SIGTERM');
      }
    })());
    expect(await reading).toBeInstanceOf(UnavailableError);
    await store.start();
    expect(await client.appendToStream('read', heavy(), CLASSIC)).toMatchObject({ nextExpectedRevision: 549n });
  }, 90_000);

  it('serves whoever is left when a caller vanishes in the middle of an append, and keeps nothing of it', async () => {
    store = await KillableStore.start();
    const client = clientOf(store);
    const stream = fresh('half');
    const { AppendReq } = streams.messages;
    const message = new AppendReq.ProposedMessage().setId(new shared.UUID().setString(randomUUID()));
    message.getMetadataMap().set('type', 'Half').set('content-type', 'application/json');
    const open = call(new URL(store.connectionString.replace('esdb:', 'http:')).host, streams.service, 'append', [
      new AppendReq().setOptions(new AppendReq.Options().setStreamIdentifier(streamIdentifier(stream)).setAny(new shared.Empty())),
      new AppendReq().setProposedMessage(message),
    ], { keepOpen: true, cancelAfterSending: true });
    await failureOf(open);
    await client.appendToStream(stream, jsonEvent({ type: 'Whole', data: {} }), { ...CLASSIC, expectedRevision: NO_STREAM });
    expect((await collect(client.readStream(stream))).map(({ event }) => event?.type)).toEqual(['Whole']);
  });
});
