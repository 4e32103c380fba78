/* eslint-disable @typescript-eslint/consistent-type-imports -- the module is CommonJS: `require` gets the values, only their types are imported */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BACKWARDS, END, EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults as settings } from '@eventstore/db-client';
import { status, type CallOptions, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { EMPTY, persistent, streamIdentifier } from '../../../libs/embedded-eventstore/grpc/protocol.js';
import { storeUnderTest, type StoreUnderTest } from '../store-under-test.js';

type Subscriptions = InstanceType<typeof import('@eventstore/db-client/generated/persistent_grpc_pb.js').PersistentSubscriptionsClient>;
const { PersistentSubscriptionsClient } = createRequire(import.meta.url)(
  '@eventstore/db-client/generated/persistent_grpc_pb.js',
) as typeof import('@eventstore/db-client/generated/persistent_grpc_pb.js');

/** The client's own channel and users, for requests that it would not send. */
interface Inside {
  execute<T>(client: typeof PersistentSubscriptionsClient, name: string, work: (client: Subscriptions) => Promise<T>): Promise<T>;
  callArguments(options: object): [Metadata, CallOptions];
}

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

const { CreateReq, ReadReq, ReplayParkedReq } = persistent;
type Options = InstanceType<typeof CreateReq.Options>;

/** Sends a request past the client's checks. */
function send<Answer>(call: (raw: Subscriptions, args: [Metadata, CallOptions], done: (error: ServiceError | null, answer?: Answer) => void) => void): Promise<Answer | undefined> {
  const inside = client as unknown as Inside;
  return inside.execute(
    PersistentSubscriptionsClient,
    'raw',
    (raw) =>
      new Promise<Answer | undefined>((resolve, reject) => {
        call(raw, inside.callArguments({}), (error, answer) => {
          if (error) reject(error);
          else resolve(answer);
        });
      }),
  );
}

const sane = (): InstanceType<typeof CreateReq.Settings> => new CreateReq.Settings().setHistoryBufferSize(500).setReadBatchSize(20).setLiveBufferSize(500).setNamedConsumerStrategy(CreateReq.ConsumerStrategy.ROUNDROBIN);

const create = (change: (options: Options) => unknown): Promise<unknown> => {
  const options = new CreateReq.Options().setGroupName('g').setSettings(sane());
  change(options);
  return send((raw, args, done) => raw.create(new CreateReq().setOptions(options), ...args, done));
};

const onStream = (stream = `wire-${randomUUID()}`) => new CreateReq.StreamOptions().setStreamIdentifier(streamIdentifier(stream)).setStart(EMPTY);

describe('a group over the bare wire', () => {
  it('may name its strategy in words, which know one more than the numbers do', async () => {
    const stream = `wire-${randomUUID()}`;
    await create((options) => options.setStream(onStream(stream)).setSettings(sane().setConsumerStrategy('PinnedByCorrelation')));
    expect((await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).settings.consumerStrategyName).toBe('PinnedByCorrelation');
  });

  it('without times has none: messages are over at the next tick, checkpoints never due by time', async () => {
    const stream = `wire-${randomUUID()}`;
    await create((options) => options.setStream(onStream(stream)));
    expect((await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).settings).toMatchObject({ messageTimeout: 0, checkPointAfter: 2_147_483_647, maxRetryCount: 0 });
  });

  it.each<[string, (options: Options) => unknown, object]>([
    [
      'an unknown strategy',
      (options) => options.setStream(onStream()).setSettings(sane().setConsumerStrategy('roundRobin')),
      { code: status.INTERNAL, details: expect.stringMatching(/^Subscription group g on stream wire-\S+ failed: 'Consumer strategy roundRobin does not exist.'$/) },
    ],
    [
      'no start',
      (options) => options.setStream(new CreateReq.StreamOptions().setStreamIdentifier(streamIdentifier('wire'))),
      { code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^'None' is not a valid \S+CreateReq\+Types\+StreamOptions\+RevisionOptionOneofCase$/) },
    ],
    [
      'a filter of nothing',
      (options) => options.setAll(new CreateReq.AllOptions().setStart(EMPTY).setFilter(new CreateReq.AllOptions.FilterOptions().setCount(EMPTY))),
      { code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^'None' is not a valid \S+FilterOptions\+FilterOneofCase$/) },
    ],
    [
      'a position that was prepared after it was committed',
      (options) => options.setAll(new CreateReq.AllOptions().setNoFilter(EMPTY).setPosition(new CreateReq.Position().setCommitPosition('1').setPreparePosition('2'))),
      { code: status.UNKNOWN },
    ],
    ['no stream', () => undefined, { code: status.UNKNOWN }],
    ['the whole log as a stream', (options) => options.setStream(onStream('$all')), { code: status.UNKNOWN }],
  ])('is refused with %s', async (_, change, refusal) => {
    await expect(create(change)).rejects.toMatchObject(refusal);
  });

  it('replays up to no negative revision', async () => {
    const stream = `wire-${randomUUID()}`;
    await client.createPersistentSubscriptionToStream(stream, 'g', settings());
    const options = new ReplayParkedReq.Options().setGroupName('g').setStreamIdentifier(streamIdentifier(stream)).setStopAt('-1');
    await expect(send((raw, args, done) => raw.replayParked(new ReplayParkedReq().setOptions(options), ...args, done))).rejects.toMatchObject({
      code: status.INTERNAL,
      details: `Subscription group g on stream ${stream} failed: 'Cannot stop replaying parked message at a negative version.'`,
    });
  });

  it.each<[string, InstanceType<typeof ReadReq>]>([
    ['a negative buffer', new ReadReq().setOptions(new ReadReq.Options().setGroupName('g').setAll(EMPTY).setBufferSize(-1).setUuidOption(new ReadReq.Options.UUIDOption().setString(EMPTY)))],
    ['no form of ids', new ReadReq().setOptions(new ReadReq.Options().setGroupName('g').setAll(EMPTY).setBufferSize(1))],
    ['an acknowledgement first', new ReadReq().setAck(new ReadReq.Ack())],
  ])('is not read with %s', async (_, first) => {
    const reading = send((raw, args, done) => {
      const call = raw.read(...args);
      call.on('error', (error: ServiceError) => done(error));
      call.on('data', () => done(null));
      call.write(first);
    });
    await expect(reading).rejects.toMatchObject({ code: status.UNKNOWN });
  });

  it('is kept in a stream of the log, with all the others', async () => {
    const stream = `wire-${randomUUID()}`;
    await client.createPersistentSubscriptionToStream(stream, 'g', settings({ maxRetryCount: 7 }));
    for await (const { event } of client.readStream('$persistentSubscriptionConfig', { direction: BACKWARDS, fromRevision: END, maxCount: 1 })) {
      expect(event).toMatchObject({ type: '$PersistentConfig', isJson: true, data: { version: '2' } });
      const { entries } = event?.data as unknown as { readonly entries: readonly object[] };
      expect(entries).toContainEqual(expect.objectContaining({ stream, group: 'g', maxRetryCount: 7 }));
    }
  });
});
