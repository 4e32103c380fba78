import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { EventStoreDBClient, UnavailableError } from '@eventstore/db-client';
import { counted, failureOf, fresh } from '../event-stream.js';
import { describeEmbedded } from '../killable-store.js';
import { CLASSIC, embeddedStore, type OwnOptions, type OwnStore } from '../store-under-test.js';

const certificates = join(import.meta.dirname, '../certificates');
const authority = join(certificates, 'localhost.crt');
const tls = { certificate: readFileSync(authority), key: readFileSync(join(certificates, 'localhost.key')) };
/** The certificate is of `localhost` and 127.0.0.1. */
describeEmbedded('a certificate', () => {
  let store: OwnStore | undefined;
  const clients: EventStoreDBClient[] = [];

  const begin = async (options: OwnOptions): Promise<OwnStore> => {
    store = await embeddedStore({ tls, ...options });
    return store;
  };
  const append = (url: string) => {
    const client = EventStoreDBClient.connectionString(url);
    clients.push(client);
    return client.appendToStream(fresh('secure'), counted(0), CLASSIC);
  };

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
    await store?.stop();
  });

  it.each(['esdb', 'esdb+discover'])('serves whoever connects by its name (%s), which gossip tells them', async (scheme) => {
    const { port } = await begin({ advertisedHost: 'localhost' });
    expect(await append(`${scheme}://localhost:${String(port)}?tlsCAFile=${authority}`)).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('is not taken by a client at an address that it does not name', async () => {
    const { port } = await begin({ host: '127.0.0.2' });
    expect(await failureOf(append(`esdb://127.0.0.2:${String(port)}?tlsCAFile=${authority}`))).toBeInstanceOf(UnavailableError);
  });

  it('is not taken by a client that does not know who signed it', async () => {
    const { port } = await begin({});
    expect(await failureOf(append(`esdb://localhost:${String(port)}?tls=true`))).toBeInstanceOf(UnavailableError);
  });

  it('is not done without by a client that wants none: nothing is served in the clear', async () => {
    const { port } = await begin({});
    expect(await failureOf(append(`esdb://localhost:${String(port)}?tls=false`))).toBeInstanceOf(UnavailableError);
  });
});
