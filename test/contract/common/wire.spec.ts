import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { collect } from '../collect.js';
import { counted, failureOf, fresh, revisionsOf } from '../event-stream.js';
import { call, gossip, rawTarget, serverFeatures, shared, streamIdentifier, streams } from '../raw-client.js';
import { storeUnderTest, type StoreUnderTest } from '../store-under-test.js';

const { AppendReq, DeleteReq, TombstoneReq, ReadReq } = streams.messages;

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

const raw = <A>(method: string, requests: object | readonly object[]): Promise<readonly A[]> => call<A>(...rawTarget(store), streams.service, method, requests, rawTarget.options(store));
const HANDLER = { code: status.UNKNOWN, details: 'Exception was thrown by handler.' };
const EMPTY = new shared.Empty();
const textId = (id: string) => new shared.UUID().setString(id);

describe('Append on the wire (measured 2.5)', () => {
  type Proposed = InstanceType<typeof AppendReq.ProposedMessage>;
  type Options = InstanceType<typeof AppendReq.Options>;
  const options = (stream: string, expect_: (options: Options) => unknown = (each) => each.setAny(EMPTY)) => {
    const made = new AppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
    expect_(made);
    return new AppendReq().setOptions(made);
  };
  const proposed = (change: (message: Proposed) => unknown = () => undefined) => {
    const message = new AppendReq.ProposedMessage().setId(textId(randomUUID())).setData(Buffer.from('{}'));
    message.getMetadataMap().set('type', 'Counted').set('content-type', 'application/json');
    change(message);
    return new AppendReq().setProposedMessage(message);
  };

  it.each([
    ['type', 'type'],
    ['content-type', 'content-type'],
  ])('names the property that is missing: %s', async (name) => {
    const failure = await failureOf(raw('append', [options(fresh('flawed')), proposed((message) => message.getMetadataMap().del(name))]));
    expect(failure).toMatchObject({ code: status.INVALID_ARGUMENT, details: `Required Metadata Property '${name}' is missing` });
    const { metadata } = failure as { readonly metadata: { getMap(): Record<string, unknown> } };
    expect(metadata.getMap()).toMatchObject({ exception: 'missing-required-metadata-property', 'required-metadata-properties': 'type,content-type' });
  });

  it.each<[string, () => readonly object[]]>([
    ['an empty type', () => [options(fresh('flawed')), proposed((message) => message.getMetadataMap().set('type', ''))]],
    ['an id that is none', () => [options(fresh('flawed')), proposed((message) => message.setId(textId('no id')))]],
    ['a nil id', () => [options(fresh('flawed')), proposed((message) => message.setId(textId('00000000-0000-0000-0000-000000000000')))]],
    ['no id', () => [options(fresh('flawed')), proposed((message) => message.clearId())]],
    ['an empty stream name', () => [options(''), proposed()]],
    ['no options', () => [proposed()]],
    ['two options', () => [options(fresh('flawed')), options(fresh('flawed')), proposed()]],
    ['a revision out of range', () => [options(fresh('flawed'), (each) => each.setRevision('9223372036854775809')), proposed()]],
  ])('refuses %s', async (_, requests) => {
    expect(await failureOf(raw('append', requests()))).toMatchObject(HANDLER);
  });

  it('refuses no expected revision, and takes 2^64 - 1 as none at all', async () => {
    const stream = fresh('expected');
    expect(await failureOf(raw('append', [options(stream, () => undefined), proposed()]))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: "'None' is not a valid EventStore.Client.Streams.AppendReq+Types+Options+ExpectedStreamRevisionOneofCase",
    });
    await raw('append', [options(stream, (each) => each.setRevision('18446744073709551615')), proposed()]);
    expect(await revisionsOf(client, stream)).toEqual([0n]);
  });

  it('takes ids without dashes, in braces and in two halves, and gives them back as text with dashes', async () => {
    const stream = fresh('ids');
    const id = randomUUID();
    const half = (from: number): string => String(BigInt.asIntN(64, BigInt(`0x${id.replaceAll('-', '').slice(from, from + 16)}`)));
    const structured = new shared.UUID().setStructured(new shared.UUID.Structured().setMostSignificantBits(half(0)).setLeastSignificantBits(half(16)));
    const forms = [textId(id.replaceAll('-', '')), textId(`{${id.toUpperCase()}}`), structured];
    await raw('append', [options(stream), ...forms.map((form) => proposed((message) => message.setId(form)))]);
    expect((await collect(client.readStream(stream))).map(({ event }) => event?.id)).toEqual([id, id, id]);
  });

  it('keeps of the properties only three; the content type is a flag', async () => {
    const stream = fresh('properties');
    const typed = (contentType: string) => proposed((message) => message.getMetadataMap().set('content-type', contentType).set('other', 'x').set('created', '1'));
    await raw('append', [options(stream), ...['application/json', 'Application/JSON', 'application/json; charset=utf-8', ''].map(typed)]);
    expect((await collect(client.readStream(stream))).map(({ event }) => event?.isJson)).toEqual([true, false, false, false]);
    const [{ created } = { created: new Date(0) }] = (await collect(client.readStream(stream))).flatMap(({ event }) => event ?? []);
    expect(created.getTime()).toBeGreaterThan(Date.UTC(2020, 0));
  });

  it('takes long names and types', async () => {
    const stream = `${fresh('long')}${'x'.repeat(70_000)}`;
    await raw('append', [options(stream), proposed((message) => message.getMetadataMap().set('type', 't'.repeat(5_000)))]);
    expect((await collect(client.readStream(stream)))[0]?.event?.type).toHaveLength(5_000);
  });

  it('refuses a message beyond what the transport takes', async () => {
    const large = proposed((message) => message.setData(new Uint8Array(17 * 1024 * 1024)));
    expect(await failureOf(raw('append', [options(fresh('large')), large]))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });
});

describe('Delete and Tombstone on the wire (measured 2.7)', () => {
  it.each([
    ['delete', DeleteReq, 'Delete'],
    ['tombstone', TombstoneReq, 'Tombstone'],
  ] as const)('%s names stream and revisions as trailers', async (method, Req, word) => {
    const stream = fresh('removed');
    await client.appendToStream(stream, [counted(0), counted(1)]);
    type Options = Pick<InstanceType<typeof DeleteReq.Options>, 'setRevision' | 'setStreamExists'>;
    const request = (change: (options: Options) => unknown) => {
      if (Req === DeleteReq) {
        const options = new DeleteReq.Options().setStreamIdentifier(streamIdentifier(stream));
        change(options);
        return new DeleteReq().setOptions(options);
      }
      const options = new TombstoneReq.Options().setStreamIdentifier(streamIdentifier(stream));
      change(options);
      return new TombstoneReq().setOptions(options);
    };
    const failure = await failureOf(raw(method, request((options) => options.setRevision('7'))));
    expect(failure).toMatchObject({ code: status.FAILED_PRECONDITION, details: `${word} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: 7, Actual version: 1` });
    const { metadata } = failure as { readonly metadata: { getMap(): Record<string, unknown> } };
    expect(metadata.getMap()).toMatchObject({ exception: 'wrong-expected-version', 'stream-name': stream, 'expected-version': '7', 'actual-version': '1' });
    expect(await failureOf(raw(method, request(() => undefined)))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: `'None' is not a valid EventStore.Client.Streams.${word}Req+Types+Options+ExpectedStreamRevisionOneofCase`,
    });
    await raw(method, request((options) => options.setStreamExists(EMPTY)));
    expect(await failureOf(raw(method, request((options) => options.setStreamExists(EMPTY))))).toMatchObject({ code: status.FAILED_PRECONDITION, details: `Event stream '${stream}' is deleted.` });
  });
});

describe('Read on the wire (measured 2.4)', () => {
  type Options = InstanceType<typeof ReadReq.Options>;
  type Answer = InstanceType<typeof streams.messages.ReadResp>;
  const ofStream = (stream: string, change: (options: Options) => unknown = () => undefined) => {
    const options = new ReadReq.Options()
      .setStream(new ReadReq.Options.StreamOptions().setStreamIdentifier(streamIdentifier(stream)).setStart(EMPTY))
      .setCount('10')
      .setNoFilter(EMPTY)
      .setUuidOption(new ReadReq.Options.UUIDOption().setString(EMPTY));
    change(options);
    return new ReadReq().setOptions(options);
  };
  const filter = () => new ReadReq.Options.FilterOptions().setEventType(new ReadReq.Options.FilterOptions.Expression().setRegex('x')).setCount(EMPTY).setCheckpointintervalmultiplier(1);
  const all = () => new ReadReq.Options.AllOptions().setStart(EMPTY);

  it.each<[string, (options: Options) => unknown, string]>([
    ['a filter on a stream', (options) => options.setFilter(filter()), 'Stream, Count, Forwards, Filter'],
    ['a subscription backwards', (options) => options.setSubscription(new ReadReq.Options.SubscriptionOptions()).setReadDirection(ReadReq.Options.ReadDirection.BACKWARDS), 'Stream, Subscription, Backwards, NoFilter'],
    ['no count', (options) => options.clearCount(), 'Stream, None, Forwards, NoFilter'],
    ['no filter option', (options) => options.clearNoFilter(), 'Stream, Count, Forwards, None'],
  ])('refuses %s', async (_, change, words) => {
    expect(await failureOf(raw('read', ofStream(fresh('odd'), change)))).toMatchObject({ code: status.INVALID_ARGUMENT, details: `The combination of (${words}) is invalid.` });
  });

  it.each<[string, (options: Options) => unknown]>([
    ['an empty name', (options) => options.getStream()?.setStreamIdentifier(streamIdentifier(''))],
    ['no revision', (options) => options.getStream()?.clearStart()],
    ['a revision out of range', (options) => options.getStream()?.setRevision('9223372036854775809')],
    ['a prepare position beyond the commit position', (options) => options.setAll(new ReadReq.Options.AllOptions().setPosition(new ReadReq.Options.Position().setCommitPosition('1').setPreparePosition('2')))],
    ['a regular expression that is none', (options) => options.setAll(all()).setFilter(filter().setEventType(new ReadReq.Options.FilterOptions.Expression().setRegex('('))).setSubscription(new ReadReq.Options.SubscriptionOptions())],
    ['a multiplier of nothing', (options) => options.setAll(all()).setFilter(filter().setCheckpointintervalmultiplier(0)).setSubscription(new ReadReq.Options.SubscriptionOptions())],
  ])('refuses %s', async (_, change) => {
    expect(await failureOf(raw('read', ofStream(fresh('odd'), change)))).toMatchObject(HANDLER);
  });

  it('refuses neither stream nor log', async () => {
    const failure = await failureOf(raw('read', ofStream('x', (options) => options.clearStream())));
    expect(failure).toMatchObject({ code: status.INVALID_ARGUMENT, details: "'None' is not a valid EventStore.Client.Streams.ReadReq+Types+Options+StreamOptionOneofCase" });
  });

  it('gives ids in two halves to who wants them so', async () => {
    const stream = fresh('halves');
    const event = counted(0);
    await client.appendToStream(stream, event);
    const [answer] = await raw<Answer>('read', ofStream(stream, (options) => options.getUuidOption()?.setStructured(EMPTY)));
    const { mostSignificantBits = '0', leastSignificantBits = '0' } = answer?.getEvent()?.getEvent()?.getId()?.getStructured()?.toObject() ?? {};
    const hex = [mostSignificantBits, leastSignificantBits].map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('');
    expect(hex).toBe(event.id.replaceAll('-', ''));
  });

  it('of a stream that is not there ends well, after saying so', async () => {
    const stream = fresh('never');
    const answers = await raw<Answer>('read', ofStream(stream));
    expect(answers).toHaveLength(1);
    expect(Buffer.from(answers[0]?.getStreamNotFound()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
  });
});

describe('who is there', () => {
  it('says its version and what it can, in lower case, without credentials', async () => {
    const [features] = await call<InstanceType<typeof serverFeatures.messages.SupportedMethods>>(
      ...rawTarget(store), serverFeatures.service, 'getSupportedMethods', EMPTY, { credentials: rawTarget.options(store).credentials },
    );
    expect(features?.getEventStoreServerVersion()).toMatch(/^\d+\.\d+\.\d+/);
    const methods = features?.getMethodsList().map((method) => `${method.getServiceName()}/${method.getMethodName()}`) ?? [];
    expect(methods).toEqual(expect.arrayContaining(['event_store.client.streams.streams/batchappend', 'event_store.client.persistent_subscriptions.persistentsubscriptions/read', 'event_store.client.gossip.gossip/read']));
    const batch = features?.getMethodsList().find((method) => method.getMethodName() === 'batchappend');
    expect(batch?.getFeaturesList()).toContain('deadline_duration');
  });

  it('is the only member and leads', async () => {
    const [members] = await call<InstanceType<typeof gossip.messages.ClusterInfo>>(...rawTarget(store), gossip.service, 'read', EMPTY, { credentials: rawTarget.options(store).credentials });
    expect(members?.getMembersList().filter((member) => member.getIsAlive() && member.getState() === gossip.messages.MemberInfo.VNodeState.LEADER)).toHaveLength(1);
    expect(members?.getMembersList()[0]?.getInstanceId()?.hasStructured()).toBe(true);
  });

  it('is found by a client that looks for members', async () => {
    const found = EventStoreDBClient.connectionString(store.connectionString.replace(/^esdb:/, 'esdb+discover:'));
    await found.appendToStream(fresh('found'), counted(0));
    await found.dispose();
  });

  it.each([
    ['a method', '/event_store.client.streams.Streams/Nothing'],
    ['a service', '/event_store.client.nothing.Nothing/Read'],
  ])('refuses %s that it does not have', async (_, path) => {
    const unknown = { read: { ...streams.service.read, path } };
    expect(await failureOf(call(...rawTarget(store), unknown as never, 'read', ofNothing(), rawTarget.options(store)))).toMatchObject({ code: status.UNIMPLEMENTED });
  });

  const ofNothing = () => new ReadReq();
});
