import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, credentials as grpcCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AccessDeniedError, EventStoreDBClient, jsonEvent, NO_STREAM, START, type Credentials } from '@eventstore/db-client';
import { collect } from '../collect.js';
import { call, gossip, serverFeatures, shared, users } from '../raw-client.js';
import { describeEmbedded } from '../killable-store.js';
import { embeddedStore, type OwnStore } from '../store-under-test.js';

const certificates = join(import.meta.dirname, '../certificates');
const tlsCAFile = join(certificates, 'localhost.crt');
const tls = { certificate: readFileSync(tlsCAFile), key: readFileSync(join(certificates, 'localhost.key')) };
const ADMIN: Credentials = { username: 'admin', password: 'changeit' };

/** A real node needs certificates, users and a fresh log for all of this. */
describeEmbedded('a store with TLS and accounts', () => {
  let store: OwnStore;
  const clients: EventStoreDBClient[] = [];

  const as = (credentials?: Credentials): EventStoreDBClient => {
    const who = credentials === undefined ? '' : `${credentials.username}:${credentials.password}@`;
    const client = EventStoreDBClient.connectionString(`esdb://${who}127.0.0.1:${String(store.port)}?tls=true&tlsCAFile=${tlsCAFile}`);
    clients.push(client);
    return client;
  };
  const event = () => jsonEvent({ type: 'Done', data: {} });
  const read = async (client: EventStoreDBClient, stream: string): Promise<number> => {
    return (await collect(client.readStream(stream))).length;
  };
  const readAll = async (client: EventStoreDBClient): Promise<number> => {
    return (await collect(client.readAll({ maxCount: 3 }))).length;
  };
  /** One call of the service of users, by an administrator unless said otherwise. */
  const account = <A>(method: string, request: { serializeBinary(): Uint8Array }, { username, password } = ADMIN): Promise<readonly A[]> => {
    const metadata = new Metadata();
    metadata.set('authorization', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
    return call(store.port, users.service, method, request, { metadata, credentials: grpcCredentials.createSsl(tls.certificate) });
  };
  const create = (loginName: string, password: string, groups: readonly string[] = []) => {
    const options = new users.messages.CreateReq.Options().setLoginName(loginName).setPassword(password).setFullName(loginName).setGroupsList([...groups]);
    return account('create', new users.messages.CreateReq().setOptions(options));
  };

  beforeAll(async () => {
    store = await embeddedStore({ tls });
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await store.stop();
  });

  it('keeps the order of appends that are sent without waiting, though rights have to be looked up', async () => {
    const admin = as(ADMIN);
    await admin.appendToStream('connected', event());
    for (const stream of Array.from({ length: 10 }, (_, n) => `in-turn-${String(n)}`)) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => admin.appendToStream(stream, event(), { expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1) })));
      expect(answers.map(({ nextExpectedRevision }) => Number(nextExpectedRevision))).toEqual(Array.from({ length: 20 }, (_, n) => n));
    }
  });

  it('lets the administrator do everything', async () => {
    const admin = as(ADMIN);
    await admin.appendToStream('$a-system-stream', event());
    await admin.appendToStream('ordinary', event());
    expect(await read(admin, '$a-system-stream')).toBe(1);
    expect(await readAll(admin)).toBe(3);
  });

  it('refuses a wrong password and an unknown name, whatever they ask for', async () => {
    for (const credentials of [{ username: 'admin', password: 'wrong' }, { username: 'nobody', password: 'changeit' }]) {
      const client = as(credentials);
      await expect(client.appendToStream('ordinary', event(), { credentials })).rejects.toBeInstanceOf(AccessDeniedError);
      await expect(read(client, 'ordinary')).rejects.toMatchObject({ constructor: AccessDeniedError, code: 16 });
      await expect(readAll(client)).rejects.toBeInstanceOf(AccessDeniedError);
    }
    const metadata = new Metadata();
    metadata.set('authorization', `Basic ${Buffer.from('admin:wrong').toString('base64')}`);
    const wrong = call(store.port, gossip.service, 'read', new shared.Empty(), { metadata, credentials: grpcCredentials.createSsl(tls.certificate) });
    await expect(wrong).rejects.toMatchObject({ code: 16, details: 'Unauthenticated' });
  });

  it('tells without credentials its features and members, and nothing else', async () => {
    const credentials = grpcCredentials.createSsl(tls.certificate);
    expect(await call(store.port, gossip.service, 'read', new shared.Empty(), { credentials })).toHaveLength(1);
    expect(await call(store.port, serverFeatures.service, 'getSupportedMethods', new shared.Empty(), { credentials })).toHaveLength(1);
    await expect(read(as(), 'ordinary')).rejects.toMatchObject({ constructor: AccessDeniedError, code: 7 });
    await expect(as().appendToStream('ordinary', event())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(as().deleteStream('ordinary')).rejects.toBeInstanceOf(AccessDeniedError);
  });

  it('keeps system streams and the whole log from ordinary users', async () => {
    await create('ann', 'secret of ann');
    const ann = as({ username: 'ann', password: 'secret of ann' });
    await ann.appendToStream('ordinary-of-ann', event());
    await ann.setStreamMetadata('ordinary-of-ann', { maxCount: 5 });
    expect((await ann.getStreamMetadata('ordinary-of-ann')).metadata).toEqual({ maxCount: 5 });
    expect(await read(ann, 'ordinary-of-ann')).toBe(1);
    await expect(ann.appendToStream('$system', event())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(read(ann, '$users')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(readAll(ann)).rejects.toBeInstanceOf(AccessDeniedError);
    // A refusal inside a batch is an answer: the call goes on.
    expect(await ann.appendToStream('ordinary-of-ann', event())).toMatchObject({ nextExpectedRevision: 1n });
    await ann.deleteStream('ordinary-of-ann');
  });

  it('goes by the access list of a stream, with lists and single names, until it is changed', async () => {
    await create('ben', 'secret of ben');
    await create('cam', 'secret of cam', ['clerks']);
    const [admin, ben, cam] = [as(ADMIN), as({ username: 'ben', password: 'secret of ben' }), as({ username: 'cam', password: 'secret of cam' })];
    await admin.appendToStream('listed', event());
    await admin.setStreamMetadata('listed', { acl: { readRoles: ['ben', 'clerks'], writeRoles: ['clerks'], deleteRoles: ['$admins'], metaReadRoles: ['ben'], metaWriteRoles: ['$admins'] } });
    expect(await read(ben, 'listed')).toBe(1);
    expect(await read(cam, 'listed')).toBe(1);
    await expect(ben.appendToStream('listed', event())).rejects.toBeInstanceOf(AccessDeniedError);
    await cam.appendToStream('listed', event());
    await expect(cam.deleteStream('listed')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(cam.getStreamMetadata('listed')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(ben.setStreamMetadata('listed', {})).rejects.toBeInstanceOf(AccessDeniedError);
    expect((await ben.getStreamMetadata('listed')).metadata).toMatchObject({ acl: { writeRoles: ['clerks'] } });
    await admin.appendToStream('listed', event());
    await admin.appendToStream('$$listed', jsonEvent({ type: '$metadata', data: { $acl: { $r: '$all', $w: 'ben' } } }));
    expect(await read(cam, 'listed')).toBe(3);
    await ben.appendToStream('listed', event());
    await expect(cam.appendToStream('listed', event())).rejects.toBeInstanceOf(AccessDeniedError);
  });

  it('looks at rights when a subscription starts: it goes on after they are revoked', async () => {
    await create('dot', 'secret of dot');
    const [admin, dot] = [as(ADMIN), as({ username: 'dot', password: 'secret of dot' })];
    await admin.appendToStream('watched', event());
    const subscription = dot.subscribeToStream('watched', { fromRevision: START });
    let seen = 0;
    for await (const { event: got } of subscription) {
      seen += got === undefined ? 0 : 1;
      if (seen === 2) break;
      await admin.setStreamMetadata('watched', { acl: { readRoles: ['$admins'] } });
      await admin.appendToStream('watched', event());
    }
    expect(seen).toBe(2);
    await expect(read(dot, 'watched')).rejects.toBeInstanceOf(AccessDeniedError);
  });

  it('keeps accounts: password, groups, disabling, removal', async () => {
    const named = <M extends { setLoginName(name: string): M }>(options: M) => options.setLoginName('eve');
    const eve = { username: 'eve', password: 'first secret' };
    await create('eve', eve.password);
    await create('eve', eve.password);
    await expect(create('eve', 'another')).rejects.toMatchObject({ code: 9 });
    const { UpdateReq, DisableReq, EnableReq, ChangePasswordReq, ResetPasswordReq, DetailsReq, DeleteReq } = users.messages;

    await account('changePassword', new ChangePasswordReq().setOptions(named(new ChangePasswordReq.Options()).setCurrentPassword('first secret').setNewPassword('second secret')), eve);
    await expect(account('details', new DetailsReq().setOptions(named(new DetailsReq.Options())), eve)).rejects.toMatchObject({ code: 16 });
    const second = { username: 'eve', password: 'second secret' };
    await account('update', new UpdateReq().setOptions(named(new UpdateReq.Options()).setFullName('Eve').setGroupsList(['clerks'])));
    const [details] = await account<InstanceType<typeof users.messages.DetailsResp>>('details', new DetailsReq().setOptions(named(new DetailsReq.Options())), second);
    expect(details?.getUserDetails()?.toObject()).toMatchObject({ loginName: 'eve', fullName: 'Eve', groupsList: ['clerks'], disabled: false });
    await expect(account('details', new DetailsReq(), second)).rejects.toMatchObject({ code: 7 });

    await account('disable', new DisableReq().setOptions(named(new DisableReq.Options())));
    await expect(account('details', new DetailsReq().setOptions(named(new DetailsReq.Options())), second)).rejects.toMatchObject({ code: 16 });
    await account('enable', new EnableReq().setOptions(named(new EnableReq.Options())));
    await account('resetPassword', new ResetPasswordReq().setOptions(named(new ResetPasswordReq.Options()).setNewPassword('third secret')));
    const third = { username: 'eve', password: 'third secret' };
    expect(await account('details', new DetailsReq().setOptions(named(new DetailsReq.Options())), third)).toHaveLength(1);
    await account('delete', new DeleteReq().setOptions(named(new DeleteReq.Options())));
    await expect(account('details', new DetailsReq().setOptions(named(new DetailsReq.Options())))).rejects.toMatchObject({ code: 5, details: "User 'eve' is not found." });
  });

  it('keeps its accounts over a restart, and gives the administrator the password that it is started with', async () => {
    await create('fay', 'secret of fay');
    await store.restart({ adminPassword: 'a new one' });
    await as({ username: 'fay', password: 'secret of fay' }).appendToStream('after-restart', event());
    await as({ username: 'admin', password: 'a new one' }).appendToStream('$after-restart', event());
    await expect(read(as(ADMIN), 'after-restart')).rejects.toBeInstanceOf(AccessDeniedError);
    await store.restart({ adminPassword: ADMIN.password });
  });
});

describeEmbedded('a store beyond this machine', () => {
  it('is refused without TLS and a password, unless that is said to be meant', async () => {
    await expect(embeddedStore({ host: '0.0.0.0' })).rejects.toThrow('does not listen on 0.0.0.0 without TLS and a password of admin');
    await expect(embeddedStore({ host: '0.0.0.0', tls })).rejects.toThrow('without TLS and a password');
    await expect(embeddedStore({ host: '0.0.0.0', adminPassword: 'given' })).rejects.toThrow('without TLS and a password');
    const secure = await embeddedStore({ host: '0.0.0.0', tls, adminPassword: 'given' });
    await secure.stop();
    const meant = await embeddedStore({ host: '0.0.0.0', allowInsecure: true });
    await meant.stop();
  });
});
