import { describe, expect, it } from '@jest/globals';
import { startExtra } from '../extra-process.js';
import { harmIn, sendRaw } from '../hostile.js';
import { Session } from '../http.js';
import type { Scene } from '../scene.js';
import { addUser, PASSWORD } from '../users.js';

export function hostileSignIn(scene: () => Scene): void {
  describe('guessing passwords', () => {
    it('ends in 429, whatever address the guesser claims to have (case 66)', async () => {
      const api = await startExtra(scene().system, 'api', { DOCKET_SIGN_IN_LIMIT: '5' });
      try {
        const guesser = new Session(`http://127.0.0.1:${String(api.ready.port)}`, undefined);
        const replies = [];
        for (let guess = 0; guess < 12; guess += 1) {
          const address = `10.0.0.${String(guess)}`;
          const claims = { 'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address, 'true-client-ip': address };
          replies.push(await sendRaw(guesser, 'POST', '/api/auth/sign-in', JSON.stringify({ userName: `nobody-${String(guess)}`, password: `guess ${String(guess)}` }), claims));
        }
        expect(replies.map(({ status }) => status)).toEqual([...Array.from({ length: 5 }, () => 401), ...Array.from({ length: 7 }, () => 429)]);
        const last = replies.at(-1);
        expect(last).toMatchObject({ code: 'too-many-requests', retryAfter: expect.stringMatching(/^[1-9]\d*$/) });
        expect(replies.map(harmIn).filter((harm) => harm !== undefined)).toEqual([]);
      } finally {
        await api.stop();
      }
    }, 60_000);

    it('blocks the name for a while, also for whoever then knows the password, and tells no difference (case 66)', async () => {
      const { system, storeId } = scene();
      await addUser(system, { userName: 'guessed', role: 'csr', stores: [storeId] });
      const nobody = new Session(system.baseUrl, undefined);
      const attempt = (userName: string, password: string) => nobody.post('/api/auth/sign-in', { userName, password });
      expect((await attempt('guessed', PASSWORD)).status).toBe(200);
      for (let guess = 0; guess < 10; guess += 1) expect((await attempt('guessed', `guess ${String(guess)}`)).status).toBe(401);
      const blocked = await attempt('guessed', PASSWORD);
      const unknown = await attempt('never-heard-of', PASSWORD);
      const without = ({ correlationId: _, ...body }: Readonly<Record<string, unknown>>): unknown => body;
      expect({ status: blocked.status, body: without({ ...blocked.body }) }).toEqual({ status: unknown.status, body: without({ ...unknown.body }) });
    }, 60_000);
  });
}
