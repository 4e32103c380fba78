import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Settings } from '#settings';

interface SignIn {
  readonly userName: string;
  readonly password: string;
  readonly role: string;
}

/** What the API says about the users that it made for the demo. */
function demoSignIns(home: string): readonly SignIn[] {
  try {
    const value: unknown = JSON.parse(readFileSync(join(home, 'demo-sign-ins.json'), 'utf8'));
    return Array.isArray(value) ? (value as readonly SignIn[]) : [];
  } catch {
    return [];
  }
}

/** What a newcomer reads when everything answers. */
export function banner(settings: Settings, apiUrl: string, startedInMs: number, masterKeyFile: string | undefined): readonly string[] {
  const signIns = settings.demoUsers ? demoSignIns(settings.home) : [];
  const width = Math.max(0, ...signIns.map(({ userName }) => userName.length));
  const [first] = signIns;
  const body = first === undefined ? '{"userName":"…","password":"…"}' : JSON.stringify({ userName: first.userName, password: first.password });
  return [
    '',
    `Docket answers at ${apiUrl} (ready in ${(startedInMs / 1000).toFixed(1)} s). Ctrl-C stops it.`,
    '',
    `  every call, to try      ${apiUrl}/docs`,
    `  its contract            ${apiUrl}/openapi.json`,
    `  data folder             ${settings.home}`,
    ...(masterKeyFile === undefined ? [] : [`  master key              ${masterKeyFile} (made by Docket: good for trying, not for production)`]),
    ...(signIns.length === 0
      ? ['', '  No user yet? Add one:   npx docket user add <name> --role csr']
      : ['', '  sign in as', ...signIns.map(({ userName, password, role }) => `    ${userName.padEnd(width)}  ${password}  (${role})`)]),
    '',
    '  then, in another terminal',
    `    curl -s ${apiUrl}/api/auth/sign-in -H 'content-type: application/json' -d '${body}'`,
    '    npx docket sql -c "SELECT * FROM analytics.orders LIMIT 5"',
    '    npx docket --help',
    '',
  ];
}
