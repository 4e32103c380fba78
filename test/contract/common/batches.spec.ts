import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binaryEvent, DeadlineExceededError, EventStoreDBClient, MaxAppendSizeExceededError, NO_STREAM, START, StreamDeletedError, WrongExpectedVersionError } from '@eventstore/db-client';
import { counted, failureOf, fresh, ids, eventsOf, revisionsOf } from '../event-stream.js';
import { call, GOOGLE_EMPTY, rawTarget, shared, streamIdentifier, streams, timestamp } from '../raw-client.js';
import { CLASSIC, storeUnderTest, type StoreUnderTest } from '../store-under-test.js';

const { BatchAppendReq } = streams.messages;
type Answer = InstanceType<typeof streams.messages.BatchAppendResp>;

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

describe('BatchAppend through the client', () => {
  it('takes an append in many pieces, and many appends between each other', async () => {
    const names = Array.from({ length: 8 }, () => fresh('pieces'));
    const answers = await Promise.all(names.map((name) => client.appendToStream(name, eventsOf(ids(200)), { expectedRevision: NO_STREAM, batchAppendSize: 512 })));
    for (const [index, { nextExpectedRevision }] of answers.entries()) {
      expect(nextExpectedRevision).toBe(199n);
      expect(await revisionsOf(client, names[index] ?? '')).toEqual(Array.from({ length: 200 }, (_, n) => BigInt(n)));
    }
  });

  it('keeps the order of appends that are sent without waiting', async () => {
    const stream = fresh('pipelined');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => client.appendToStream(stream, counted(n), { expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1) })),
    );
    expect(answers.map(({ nextExpectedRevision }) => Number(nextExpectedRevision))).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('refuses more than a mebibyte of data, all pieces together, and takes exactly that', async () => {
    const piece = (bytes: number) => binaryEvent({ type: 'Bytes', data: new Uint8Array(bytes), metadata: new Uint8Array(1_200_000) });
    for (const options of [{}, CLASSIC]) {
      const stream = fresh('large');
      const refused = await failureOf(client.appendToStream(stream, [piece(524_288), piece(524_289)], options));
      expect(refused).toMatchObject({ constructor: MaxAppendSizeExceededError, maxAppendSize: 1_048_576 });
      await client.appendToStream(stream, [piece(524_288), piece(524_288)], options);
      expect(await revisionsOf(client, stream)).toEqual([0n, 1n]);
    }
  });

  it('answers an append whose deadline is over, and writes nothing of it', async () => {
    const stream = fresh('late');
    const refused = await failureOf(client.appendToStream(stream, eventsOf(ids(20_000)), { deadline: 1 }));
    expect(refused).toBeInstanceOf(DeadlineExceededError);
    await client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM });
  });

  it('names stream and revisions in its refusals', async () => {
    const stream = fresh('refused');
    await client.appendToStream(stream, counted(0));
    expect(await failureOf(client.appendToStream(stream, counted(1), { expectedRevision: 4n }))).toMatchObject({
      constructor: WrongExpectedVersionError,
      streamName: stream,
      expectedVersion: 4n,
      actualVersion: 0n,
    });
    await client.tombstoneStream(stream);
    expect(await failureOf(client.appendToStream(stream, counted(1)))).toMatchObject({ constructor: StreamDeletedError, streamName: stream });
  });
});

describe('BatchAppend on the wire (measured 2.6)', () => {
  interface Chunk {
    readonly correlationId?: InstanceType<typeof shared.UUID> | string;
    readonly stream?: string;
    /** A number, or `any`, or `none`. */
    readonly revision?: string;
    readonly events?: readonly (InstanceType<typeof BatchAppendReq.ProposedMessage> | string)[];
    readonly isFinal?: boolean;
    readonly deadline?: { readonly seconds: number; readonly nanos?: number };
  }

  const textId = (id: string) => new shared.UUID().setString(id);

  function proposed(change: (message: InstanceType<typeof BatchAppendReq.ProposedMessage>) => unknown = () => undefined) {
    const message = new BatchAppendReq.ProposedMessage().setId(textId(randomUUID())).setData(Buffer.from('{}'));
    message.getMetadataMap().set('type', 'Counted').set('content-type', 'application/json');
    change(message);
    return message;
  }

  function chunk({ correlationId = randomUUID(), stream, revision = 'any', events = [proposed()], isFinal = true, deadline }: Chunk) {
    const request = new BatchAppendReq().setIsFinal(isFinal);
    request.setCorrelationId(typeof correlationId === 'string' ? textId(correlationId) : correlationId);
    if (stream !== undefined) {
      const options = new BatchAppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
      if (revision === 'any') options.setAny(GOOGLE_EMPTY);
      else if (revision !== 'none') options.setStreamPosition(revision);
      if (deadline !== undefined) options.setDeadline(new timestamp.Timestamp().setSeconds(deadline.seconds).setNanos(deadline.nanos ?? 0));
      request.setOptions(options);
    }
    request.setProposedMessagesList(events.map((event) => (typeof event === 'string' ? proposed((message) => message.setId(textId(event))) : event)));
    return request;
  }

  const send = (chunks: readonly object[], count: number): Promise<readonly Answer[]> =>
    call<Answer>(...rawTarget(store), streams.service, 'batchAppend', chunks, { until: (answers) => answers.length >= count, keepOpen: true, ...rawTarget.options(store) });

  const badRequest = (answer: Answer | undefined): { readonly code: number | undefined; readonly name: string | undefined; readonly message: string } => ({
    code: answer?.getError()?.getCode(),
    name: answer?.getError()?.getMessage(),
    message: shared.BadRequest.deserializeBinary(answer?.getError()?.getDetails()?.getValue_asU8() ?? new Uint8Array()).getMessage(),
  });

  it('gives the correlation id back as it was sent, and the stream', async () => {
    const upper = randomUUID().toUpperCase();
    const structured = new shared.UUID().setStructured(new shared.UUID.Structured().setMostSignificantBits('-5').setLeastSignificantBits('77'));
    const stream = fresh('echo');
    const [one, two] = await send([chunk({ correlationId: upper, stream }), chunk({ correlationId: structured, stream })], 2);
    expect(one?.getCorrelationId()?.getString()).toBe(upper);
    expect(two?.getCorrelationId()?.getStructured()?.toObject()).toEqual({ mostSignificantBits: '-5', leastSignificantBits: '77' });
    expect(Buffer.from(one?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
    expect(one?.getSuccess()?.getCurrentRevision()).toBe('0');
    expect(one?.getSuccess()?.hasPosition()).toBe(true);
  });

  it('puts pieces together by their id, whatever comes between them; the first options hold', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const [first, second, ignored] = [fresh('woven'), fresh('woven'), fresh('woven')];
    const answers = await send(
      [
        chunk({ isFinal: false }),
        chunk({ correlationId: one, stream: first, isFinal: false }),
        chunk({ correlationId: two, stream: second, isFinal: false }),
        chunk({ correlationId: one, stream: ignored, isFinal: false }),
        chunk({ correlationId: two }),
        chunk({ correlationId: one }),
      ],
      2,
    );
    expect(answers.map((answer) => answer.getCorrelationId()?.getString())).toEqual([two, one]);
    expect(await revisionsOf(client, first, { fromRevision: START })).toEqual([0n, 1n, 2n]);
    expect(await revisionsOf(client, second)).toEqual([0n, 1n]);
  });

  it('takes an id again after its answer, as a new append', async () => {
    const correlationId = randomUUID();
    const stream = fresh('again');
    const answers = await send([chunk({ correlationId, stream, revision: 'any' }), chunk({ correlationId, stream, revision: '0' })], 2);
    expect(answers.map((answer) => answer.getSuccess()?.getCurrentRevision())).toEqual(['0', '1']);
  });

  it.each<[string, Chunk, string | RegExp]>([
    ['an event id that is none', { events: ['no id'] }, 'Unrecognized Guid format.'],
    ['a nil event id', { events: ['00000000-0000-0000-0000-000000000000'] }, "Empty eventId provided. (Parameter 'eventId')"],
    ['a missing event id', { events: [proposed((message) => message.clearId())] }, "Value cannot be null. (Parameter 'dto')"],
    ['a missing type', { events: [proposed((message) => message.getMetadataMap().del('type'))] }, 'The given key was not present in the dictionary.'],
    ['a missing content type', { events: [proposed((message) => message.getMetadataMap().del('content-type'))] }, 'The given key was not present in the dictionary.'],
    ['an empty type', { events: [proposed((message) => message.getMetadataMap().set('type', ''))] }, /./],
    ['an empty stream name', { stream: '' }, /./],
    ['no expected revision', { revision: 'none' }, /./],
    ['a revision out of range', { revision: '9223372036854775809' }, /./],
    ['a malformed correlation id', { correlationId: 'no id' }, /./],
  ])('answers once to %s, and goes on', async (_, wrong, message) => {
    const stream = fresh('flawed');
    const [refused, next, ...more] = await send([chunk({ stream, ...wrong }), chunk({ stream })], 2);
    expect(badRequest(refused)).toMatchObject({ code: 3, name: 'BadRequest', message: expect.stringMatching(typeof message === 'string' ? message.replaceAll(/[.()]/g, '\\$&') : message) });
    expect(next?.getSuccess()?.getCurrentRevision()).toBe('0');
    expect(more).toEqual([]);
  });

  it('answers at once when the deadline is over, and takes one that is far away', async () => {
    const stream = fresh('deadline');
    const [past, zero, far] = await send(
      [chunk({ stream, deadline: { seconds: 1_000_000_000 } }), chunk({ stream, deadline: { seconds: 0 } }), chunk({ stream, deadline: { seconds: 4_000_000_000 } })],
      3,
    );
    for (const answer of [past, zero]) {
      expect(answer?.getError()?.getCode()).toBe(4);
      expect(answer?.getError()?.getMessage()).toBe('Timeout');
      expect(answer?.getError()?.getDetails()?.getTypeUrl()).toBe('type.googleapis.com/event_store.client.Timeout');
    }
    expect(far?.getSuccess()?.getCurrentRevision()).toBe('0');
  });
});
