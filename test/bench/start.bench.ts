import { System } from '../e2e/system.js';
import { pause } from '../e2e/eventually.js';
import { freePort, run } from '../e2e/processes.js';
import { environmentOf, newHome } from '../e2e/system.js';
import type { Figure } from './report.js';
import { verify } from './stats.js';

/** P9: from `npm start`, build included, on an installed tree to the first answered request; and again with data. */
export async function starts(repository: string): Promise<readonly Figure[]> {
  const home = newHome();
  const figures: Figure[] = [];
  try {
    for (const [what, most] of [['the first time', 10], ['with data', 5]] as const) {
      const port = await freePort();
      const from = performance.now();
      const npm = run('npm', ['start'], { cwd: repository, env: environmentOf(home, port) });
      const answered = async (): Promise<boolean> => {
        try {
          return (await fetch(`http://127.0.0.1:${String(port)}/openapi.json`)).ok && (await fetch(`http://127.0.0.1:${String(port)}/health/ready`)).ok;
        } catch {
          return false;
        }
      };
      while (!(await answered())) {
        if (npm.child.exitCode !== null) throw new Error(npm.output());
        await pause(10);
      }
      const seconds = (performance.now() - from) / 1000;
      figures.push({ goal: 'P9', what: `npm start to the first answered request, ${what}`, value: seconds, unit: 's', must: { most } });
      npm.child.kill('SIGINT');
      const { code, signal } = await npm.exited;
      verify(signal === null || signal === 'SIGINT', `npm start ended with ${String(code ?? signal)}`);
    }
  } finally {
    await (await System.start({ home })).dispose();
  }
  return figures;
}
