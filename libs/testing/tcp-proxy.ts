import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A link between a client and a server of which a test can break every part. */
export interface TcpProxy {
  readonly port: number;
  /** Closes what is open; refuses what is new until `restore`. */
  cut(): void;
  /** Half-open: connections stay, and new ones are accepted, but nothing gets through in either direction. */
  freeze(): void;
  /** What is open stays so, and nothing gets through it any more; new connections are whole. */
  strand(): void;
  /** What the client sends arrives; what the server answers is lost. */
  dropAnswers(): void;
  restore(): void;
  close(): Promise<void>;
}

type Mode = 'open' | 'cut' | 'frozen' | 'answers-lost';

export async function startTcpProxy(target: { readonly host?: string; readonly port: number }): Promise<TcpProxy> {
  let mode: Mode = 'open';
  const sockets = new Set<Socket>();
  const stranded = new WeakSet<Socket>();

  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket.setNoDelay(true);
  };

  const server = createServer((client) => {
    if (mode === 'cut') {
      client.destroy();
      return;
    }
    track(client);
    const upstream = track(connect(target.port, target.host ?? '127.0.0.1'));
    client.on('data', (bytes) => {
      if (mode !== 'frozen' && !stranded.has(client)) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (mode === 'open' && !stranded.has(upstream)) client.write(bytes);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      mode = 'cut';
      destroyAll();
    },
    freeze: () => {
      mode = 'frozen';
    },
    strand: () => {
      for (const socket of sockets) stranded.add(socket);
    },
    dropAnswers: () => {
      mode = 'answers-lost';
    },
    restore: () => {
      // A connection that lost bytes is of no use to anybody any more; only new ones are whole.
      if (mode !== 'open') destroyAll();
      mode = 'open';
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
