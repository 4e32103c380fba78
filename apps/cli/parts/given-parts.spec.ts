import { describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { requireGivenParts } from './given-parts.js';

/** For those who never answer; the others get as long as they need. */
const SHORT_MS = 1_000;
const database = process.env.DOCKET_TEST_DATABASE_URL!;

const changed = (change: (url: URL) => void): string => {
  const url = new URL(database);
  change(url);
  return url.href;
};

const refusalOf = async (settings: { readonly databaseUrl?: string; readonly eventStoreUrl?: string }, patienceMs?: number): Promise<string> =>
  requireGivenParts({ databaseUrl: undefined, eventStoreUrl: undefined, ...settings }, patienceMs).then(() => 'none', (error: unknown) => (error as Error).message);

describe('parts of yours, before anything is begun with them', () => {
  it('are not asked where none are named, and let through where they answer', async () => {
    expect(await refusalOf({})).toBe('none');
    expect(await refusalOf({ databaseUrl: database })).toBe('none');
  });

  it('tell a database that is not there, one that lacks the database, and one that lets the user not in', async () => {
    expect(await refusalOf({ databaseUrl: 'postgresql://ada:s3cret-word@127.0.0.1:1/docket' })).toBe('DATABASE_URL: no PostgreSQL answers at 127.0.0.1:1 (ECONNREFUSED).');
    expect(await refusalOf({ databaseUrl: changed((url) => (url.pathname = '/nowhere')) })).toMatch(/^DATABASE_URL: PostgreSQL at \S+ has no database nowhere; create it first\.$/);
    const refused = await refusalOf({ databaseUrl: changed((url) => ((url.username = 'nobody-here'), (url.password = 's3cret-word'))) });
    expect(refused).toMatch(/^DATABASE_URL: PostgreSQL at \S+ does not let user nobody-here in/);
    expect(refused).not.toContain('s3cret-word');
    expect(await refusalOf({ databaseUrl: 'postgresql://ada:s3cret%zz@[/docket' })).toMatch(/^DATABASE_URL is no URL/);
  });

  it('tell an event store that is not there, and what is none', async () => {
    expect(await refusalOf({ eventStoreUrl: 'esdb://ada:s3cret-word@127.0.0.1:1?tls=false' }, SHORT_MS)).toBe('EVENTSTORE_URL: no event store answers at 127.0.0.1:1 within 1 s.');
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    expect(await refusalOf({ eventStoreUrl: `esdb://127.0.0.1:${String(port)}?tls=false` }, SHORT_MS)).toBe(`EVENTSTORE_URL: no event store answers at 127.0.0.1:${String(port)} within 1 s.`);
    for (const socket of sockets) socket.destroy();
    mute.close();
    expect(await refusalOf({ eventStoreUrl: 'esdb://?tls=perhaps' }, SHORT_MS)).toMatch(/^EVENTSTORE_URL/);
  });
});
