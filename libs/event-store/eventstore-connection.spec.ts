import { describe, expect, it } from '@jest/globals';
import { EventStoreConnection } from './eventstore-connection.js';

describe('a connection to an event store', () => {
  it.each([
    ['esdb://carla:s%40fe@store.example:2113', { username: 'carla', password: 's@fe' }],
    ['esdb+discover://carla:safe@one.example:2113,two.example:2113', { username: 'carla', password: 'safe' }],
    ['kurrentdb://carla:safe@store.example:2113', { username: 'carla', password: 'safe' }],
    ['kurrentdb+discover://carla:safe@store.example', { username: 'carla', password: 'safe' }],
    ['kdb://carla:safe@store.example:2113', { username: 'carla', password: 'safe' }],
    ['esdb://127.0.0.1:2113?tls=false', { username: 'docket', password: 'docket' }],
  ])('takes %s, which the client is given in its own terms, and its user', async (connectionString, credentials) => {
    const connection = new EventStoreConnection(connectionString);
    expect(connection.credentials).toEqual(credentials);
    expect(connection.isCurrent(connection.client)).toBe(true);
    await connection.close();
  });
});
