import { createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * The connections of a store, held here so that a stop can cut them. A reader who takes nothing would not hear of it
 * otherwise: its status waits behind what it has not read. That a connection was lost makes its client connect anew; a
 * stream that the server resets would be an error like any other.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #server;
  readonly #ended: Promise<void>;

  constructor(serve: (socket: Socket) => void) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
      socket.on('error', () => undefined);
      serve(socket);
    });
    this.#ended = new Promise((resolve) => this.#server.once('close', resolve));
  }

  /** @returns the port, which `port` 0 leaves open. @throws Error when it is taken */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Accepts no more. */
  refuse(): void {
    this.#server.close();
  }

  /** Resolves when the last one has ended. To be asked after {@link refuse}. */
  ended(): Promise<void> {
    return this.#ended;
  }

  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
