import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSettings, resolveMasterKey } from '#settings';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck: { readonly test: readonly string[]; readonly interval: string; readonly retries: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: Readonly<Record<string, unknown>> };
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const known = new Set([...read('libs/settings/settings.ts').matchAll(/read\('([A-Z_]+)'/g)].map(([, name]) => name ?? ''));

/** As compose fills it in; a variable that must be given is. */
const SECRETS: Readonly<Record<string, string>> = { POSTGRES_PASSWORD: 'abc123', DOCKET_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
const filled = (value: string): string =>
  value.replaceAll(/\$\{([A-Z_]+)(:\?|:-)([^}]*)\}/g, (_, name: string, kind: string, rest: string) => (kind === ':-' ? rest : (SECRETS[name] ?? '')));
const environmentOf = ({ environment }: Service): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)]));

describe('docker-compose.yml', () => {
  it('brings up the two stores, the projector and the api', () => {
    expect(services.map(([name]) => name).sort()).toEqual(['api', 'eventstore', 'postgres', 'projector']);
    expect(ours.map(([name]) => name).sort()).toEqual(['api', 'projector']);
  });

  it.each(services)('%s has a pinned tag, a health check, and waits for the health of what it needs', (_, { image, healthcheck, depends_on = {} }) => {
    expect(image).toMatch(/^[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?$/);
    expect(['CMD', 'CMD-SHELL']).toContain(healthcheck.test[0]);
    expect(healthcheck.retries).toBeGreaterThan(0);
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      expect(compose.services[needed]).toBeDefined();
      expect(condition).toBe('service_healthy');
    }
  });

  it('takes no version of the store whose filtered checkpoints are unsafe, and PostgreSQL 15 or later', () => {
    expect(compose.services.eventstore?.image).not.toMatch(/:(24\.10\.[0-4]|25\.0\.0)\b/);
    expect(Number(/postgres:(\d+)/.exec(compose.services.postgres?.image ?? '')?.[1])).toBeGreaterThanOrEqual(15);
  });

  it.each(ours)('%s is started by a file that is built, with settings that it knows and accepts', (name, service) => {
    const [program, file = ''] = service.command ?? [];
    expect(program).toBe('node');
    expect({ name, file, exists: existsSync(join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))) }).toEqual({ name, file, exists: true });
    expect(Object.keys(service.environment).filter((variable) => !known.has(variable))).toEqual([]);
    const settings = readSettings(environmentOf(service));
    expect(settings).toMatchObject({ databaseUrl: 'postgres://docket:abc123@postgres:5432/docket', isLocal: false });
    expect(new URL(settings.databaseUrl ?? '').hostname).toBe('postgres');
    expect(compose.services[new URL(settings.eventStoreUrl ?? '').hostname]).toBeDefined();
    expect(resolveMasterKey(settings).masterKey).toBeDefined();
  });

  it('asks for its secrets, and holds none', () => {
    const text = read('docker-compose.yml');
    for (const secret of Object.keys(SECRETS)) expect(text).toMatch(new RegExp(`\\$\\{${secret}:\\?`));
    for (const [, service] of services) {
      for (const [variable, value] of Object.entries(service.environment)) if (/PASSWORD|KEY|SECRET/.test(variable)) expect(value).toMatch(/^\$\{[A-Z_]+:\?/);
    }
  });

  it('publishes the api alone, on this machine alone, at the port where it listens and is asked for its health', () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['api']);
    const { api, projector } = compose.services;
    expect(api?.ports?.map(filled)).toEqual(['127.0.0.1:3000:3000']);
    expect(api?.environment).toMatchObject({ HOST: '0.0.0.0', PORT: '3000' });
    expect(api?.healthcheck.test.join(' ')).toContain('127.0.0.1:3000/health/ready');
    expect(projector?.healthcheck.test.join(' ')).toContain(`127.0.0.1:${projector?.environment.HEALTH_PORT ?? ''}/health/ready`);
  });

  it('speaks without TLS inside its own network only, and by an explicit override', () => {
    for (const [, service] of ours) {
      const { DOCKET_ALLOW_INSECURE_EVENTSTORE: _, ...without } = environmentOf(service);
      expect(() => readSettings(without)).toThrow(/without TLS/);
    }
    expect(compose.services.eventstore?.ports).toBeUndefined();
  });

  it('keeps the data of both stores in volumes', () => {
    for (const store of ['eventstore', 'postgres']) {
      const [volume = ''] = compose.services[store]?.volumes ?? [];
      expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    }
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('starts from a pinned Node.js that Docket runs on, and does not run as root', () => {
    const images = lines.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []);
    for (const image of images) {
      const [, major, minor] = /^node:(\d+)\.(\d+)\.\d+-bookworm-slim$/.exec(image) ?? [];
      expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(2019);
    }
    expect(lines.findLast((line) => line.startsWith('USER'))).toBe('USER node');
  });

  it('copies what is there and what is not kept out', () => {
    const sources = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from')).flatMap((line) => line.split(/\s+/).slice(1, -1));
    const sent = new Set(read('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1)));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect({ source, exists: existsSync(join(root, source)), sent: sent.has(source) }).toEqual({ source, exists: true, sent: true });
  });
});
