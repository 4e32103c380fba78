import { createServer } from 'node:net';
import { CliError } from '../cli-error.js';

/**
 * Tells a taken port before anything is started.
 *
 * @throws CliError naming the variable to change
 */
export function requireFreePort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(explain(error, host, port));
    });
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new CliError(`PORT ${port} is taken by another program; choose another with PORT=${port < 65_535 ? port + 1 : 3000} npm start`);
    case 'EACCES':
      return new CliError(`PORT ${port} may not be used by this user; choose one above 1023 with PORT=3000 npm start`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CliError(`HOST ${host} is no address of this machine; the API cannot listen there.`);
    default:
      return error;
  }
}
