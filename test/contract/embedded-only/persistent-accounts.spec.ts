import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AccessDeniedError, EventStoreDBClient, persistentSubscriptionToAllSettingsFromDefaults as allSettings, persistentSubscriptionToStreamSettingsFromDefaults as settings, START } from '@eventstore/db-client';
import { describeEmbedded } from '../killable-store.js';
import { appendCounted, TestConsumer } from '../persistent-consumer.js';
import { embeddedStore, type OwnStore } from '../store-under-test.js';

const certificates = join(import.meta.dirname, '../certificates');
const tlsCAFile = join(certificates, 'localhost.crt');
const tls = { certificate: readFileSync(tlsCAFile), key: readFileSync(join(certificates, 'localhost.key')) };

describeEmbedded('persistent subscriptions of a store with accounts', () => {
  let store: OwnStore;
  const clients: EventStoreDBClient[] = [];

  const as = (who: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(`esdb://${who}127.0.0.1:${String(store.port)}?tls=true&tlsCAFile=${tlsCAFile}`);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    store = await embeddedStore({ tls });
    const admin = as('admin:changeit@');
    await admin.createPersistentSubscriptionToStream('shared', 'g', settings({ startFrom: START }));
    await appendCounted(admin, 'shared', 0);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await store.stop();
  });

  it('tell who reads them', async () => {
    const admin = as('admin:changeit@');
    const consumer = new TestConsumer(admin.subscribeToPersistentSubscriptionToStream('shared', 'g'));
    await consumer.next();
    expect((await admin.getPersistentSubscriptionToStreamInfo('shared', 'g')).connections).toMatchObject([{ username: 'admin', connectionName: admin.connectionName }]);
    await consumer.close();
  });

  it.each([
    ['without a name', ''],
    ['with a wrong password', 'admin:hunter2@'],
  ])('are closed to a caller %s, whatever is asked, existing or not', async (_, who) => {
    const client = as(who);
    await expect(client.createPersistentSubscriptionToStream('shared', 'other', settings())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.createPersistentSubscriptionToAll('other', allSettings())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.updatePersistentSubscriptionToStream('shared', 'g', settings())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.deletePersistentSubscriptionToStream('missing', 'g')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.getPersistentSubscriptionToStreamInfo('missing', 'g')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.listAllPersistentSubscriptions()).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.replayParkedMessagesToStream('shared', 'g')).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.restartPersistentSubscriptionSubsystem()).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(new TestConsumer(client.subscribeToPersistentSubscriptionToStream('shared', 'g')).next()).rejects.toBeInstanceOf(AccessDeniedError);
  });
});
