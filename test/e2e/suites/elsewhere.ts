import { describe, expect, it } from '@jest/globals';
import { atLeast } from '../http.js';
import { createOrder, inTurn, type Scene } from '../scene.js';

/** Loaded before the program: a clock that is a year ahead, and dice that always fall alike. */
const NEXT_YEAR = `const Now = Date; const ahead = 365 * 86400000;
globalThis.Date = class extends Now { constructor(...parts) { if (parts.length > 0) super(...parts); else super(Now.now() + ahead); } static now() { return Now.now() + ahead; } };
Math.random = () => 0.5;`;

/** Another place, language and year. */
const ELSEWHERE: NodeJS.ProcessEnv = {
  TZ: 'Asia/Kolkata',
  LANG: 'tr_TR.UTF-8',
  LC_ALL: 'tr_TR.UTF-8',
  PGTZ: 'Asia/Kolkata',
  NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(NEXT_YEAR).toString('base64')}`,
};

export function elsewhere(scene: () => Scene): void {
  describe('in another place, language and year', () => {
    it('the log folds to the same rows, and an order replays to the same bytes at every revision (cases 22, 81)', async () => {
      const { ann, auditor, system } = scene();
      const created = await createOrder(scene(), { mark: 'IŞIKiı' });
      const last = await inTurn(created, [[ann, 'comments', { text: 'İstanbul, 1 o’clock', visibility: 'internal' }], [ann, 'submit', {}]]);
      const { orderId, orderNumber } = created.body;
      await auditor.get(`/api/orders/${orderId}`, atLeast(last));
      for (const args of [['replay', orderNumber], ['replay', orderNumber, '--json', '--at', '1']]) {
        const here = await system.docket(args);
        expect(here).toMatchObject({ code: 0, output: expect.stringContaining('OrderCreated') });
        expect(await system.docket(args, '', ELSEWHERE)).toEqual(here);
      }
      const checked = await system.docket(['rebuild', '--all', '--check'], '', ELSEWHERE);
      expect(checked).toMatchObject({ code: 0, output: expect.stringContaining('order-versions.version') });
    }, 180_000);
  });
}
