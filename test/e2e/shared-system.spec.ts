import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setScene, type Scene } from './scene.js';
import { addressWhileShipping } from './suites/address-while-shipping.js';
import { answers } from './suites/answers.js';
import { past } from './suites/as-of.js';
import { elsewhere } from './suites/elsewhere.js';
import { copies } from './suites/copies.js';
import { calls } from './suites/calls.js';
import { docs } from './suites/docs.js';
import { explained } from './suites/explained.js';
import { byThemselves } from './suites/by-themselves.js';
import { forgetting } from './suites/forget.js';
import { amendments } from './suites/amendments.js';
import { fraudAlert } from './suites/fraud-alert.js';
import { freshness } from './suites/freshness.js';
import { hostileBodies } from './suites/hostile-bodies.js';
import { hostileQueries } from './suites/hostile-queries.js';
import { hostileSignIn } from './suites/hostile-sign-in.js';
import { orderLife } from './suites/order-life.js';
import { parcelNeverCame } from './suites/parcel-never-came.js';
import { rebuilding } from './suites/rebuild.js';
import { rolesByOperations } from './suites/roles-by-operations.js';
import { splitPayment } from './suites/split-payment.js';
import { twoAgents } from './suites/two-agents.js';
import { takenOver } from './suites/taken-over.js';
import { whoMay } from './suites/who-may.js';
import { promised } from './promised.js';
import { System } from './system.js';

/**
 * One system for all suites that need no start of their own: a start costs seconds. With EVENTSTORE_URL set, its log is
 * that server's; the suites assert on orders of their own store only.
 */
let system: System | undefined;
let scene: Scene | undefined;

const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the scene is not set');
  return value;
};

beforeAll(async () => {
  system = await System.start();
  scene = await setScene(system);
}, 180_000);

afterAll(async () => {
  await system?.dispose();
}, 30_000);

const SUITES = [
  docs,
  answers,
  orderLife,
  amendments,
  fraudAlert,
  parcelNeverCame,
  splitPayment,
  addressWhileShipping,
  twoAgents,
  explained,
  calls,
  takenOver,
  copies,
  whoMay,
  hostileBodies,
  hostileQueries,
  hostileSignIn,
  rolesByOperations,
  byThemselves,
  freshness,
  rebuilding,
  past,
  elsewhere,
  forgetting,
];
for (const suite of SUITES) suite(() => given(scene));

it('ends with every operation seen to answer as its contract says, but the one without an end, and none otherwise', async () => {
  const { operations, kept, broken } = given(await promised(given(system).baseUrl));
  expect(broken).toEqual([]);
  expect(operations.map(({ operationId }) => operationId).filter((operationId) => !kept.has(operationId))).toEqual(['watchChanges']);
});

it('ends with every chain whole, and no word about a failure that nobody handled', async () => {
  expect(await given(system).docket(['verify'])).toMatchObject({ code: 0 });
  expect(given(system).supervisor.output()).not.toMatch(/unhandledRejection|uncaughtException|TypeError|ReferenceError/);
});
