import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtEventStore } from '../parts/embedded-parts.js';

/** Program and arguments of each child. */
export interface ChildCommands {
  readonly eventStore: readonly string[];
  readonly projector: readonly string[];
  readonly api: readonly string[];
  /** Makes the demo data and ends. */
  readonly demo?: readonly string[];
}

/** The children as they are built beside this file. */
export function builtCommands(): ChildCommands {
  const apps = resolve(import.meta.dirname, '../..');
  const node = process.execPath;
  return {
    eventStore: builtEventStore(),
    projector: [node, resolve(apps, 'projector/main.js')],
    // Much of what a request makes lives as long as it does: with more room it is gone before anybody copies it.
    api: [node, '--max-semi-space-size=32', resolve(apps, 'api/main.js')],
    ...(existsSync(resolve(apps, 'cli/demo.command.js')) ? { demo: [node, resolve(apps, 'cli/main.js'), 'demo', '--with-parent'] } : {}),
  };
}
