export default async function globalTeardown() {
  const host = globalThis.docketTestPostgresHost;
  if (host === undefined || host.exitCode !== null) return;
  const exited = new Promise((resolve) => host.once('exit', resolve));
  host.stdin.end();
  await exited;
}
