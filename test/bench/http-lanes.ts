import { connect, type Socket } from 'node:net';

export interface LaneReply {
  readonly status: number;
  readonly body: string;
  readonly header: (name: string) => string | undefined;
}

/**
 * One kept-alive HTTP/1.1 connection, one request at a time, as cheap as Node allows: the load generator shares two
 * cores with what it measures. Expects answers with a content-length.
 */
export class HttpLane {
  private waiting: { readonly resolve: (reply: LaneReply) => void; readonly reject: (error: Error) => void } | undefined;
  private received: Buffer = Buffer.alloc(0);

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.settle();
    });
    const fail = (error: Error): void => {
      this.waiting?.reject(error);
      this.waiting = undefined;
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the connection was closed')));
  }

  static open(port: number, host = '127.0.0.1'): Promise<HttpLane> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(new HttpLane(socket, `${host}:${String(port)}`)));
      socket.once('error', reject);
    });
  }

  send(method: string, path: string, headers: string, body?: string): Promise<LaneReply> {
    if (this.waiting !== undefined) throw new Error('one request at a time');
    const content = body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n`;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\n${headers}${content}\r\n${body ?? ''}`);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private settle(): void {
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0 || this.waiting === undefined) return;
    const head = this.received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.waiting.reject(new Error(`an answer without content-length: ${head.slice(0, 200)}`));
      return;
    }
    const total = end + 4 + Number(length);
    if (this.received.length < total) return;
    const body = this.received.toString('utf8', end + 4, total);
    this.received = this.received.subarray(total);
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve({
      status: Number(head.slice(9, 12)),
      body,
      header: (name) => new RegExp(`\\r\\n${name}: ([^\\r]*)`, 'i').exec(head)?.[1],
    });
  }
}

export async function openLanes(port: number, count: number): Promise<readonly HttpLane[]> {
  return Promise.all(Array.from({ length: count }, () => HttpLane.open(port)));
}
