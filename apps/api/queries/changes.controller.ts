import { Controller, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Change, ReadModels } from '#projections';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { PositionTokens } from '../http/position-tokens.js';
import { READ_MODELS } from '../http/ports.js';

const HEARTBEAT_MS = 15_000;
/** A reader that lets more than this wait is cut off: it reconnects and asks again. */
const MOST_WAITING_BYTES = 256 * 1024;

/** Server-sent events: which orders changed, with the position to read them at. */
@ApiTags('queries')
@Controller('api/changes')
export class ChangesController {
  constructor(
    private readonly positions: PositionTokens,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  @Query('watchChanges', '', { summary: 'Orders as they change, as server-sent events', description: 'After a reconnection with Last-Event-ID, read again what you show: the first event says from where on changes are told.' })
  async watch(@CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    const last = caller.headers['last-event-id'];
    if (typeof last === 'string') this.positions.parse(last);
    const gone = new AbortController();
    const { raw } = reply;
    raw.on('close', () => {
      gone.abort();
    });
    const changes = this.models.changes(gone.signal)[Symbol.asyncIterator]();
    // Only when nothing can be missed any more does the client hear that it is connected.
    const first = await changes.next();
    reply.hijack();
    raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'keep-alive' });
    raw.write(': changes follow\n\n');
    const beat = setInterval(() => raw.write(': still there\n\n'), HEARTBEAT_MS);
    const expiry = setTimeout(() => {
      gone.abort();
    }, Math.min(Math.max(caller.expiresAtMs - Date.now(), 0), 2 ** 31 - 1));
    try {
      for (let next = first; next.done !== true; next = await changes.next()) {
        const change = next.value;
        const visible = await this.visible(caller, change);
        if (visible.length === 0 && change.orderIds.length > 0) continue;
        raw.write(`id: ${this.positions.format(change.position)}\nevent: orders-changed\ndata: ${JSON.stringify({ orderIds: visible, many: change.orderIds.length === 0 })}\n\n`);
        if (raw.writableLength > MOST_WAITING_BYTES) break;
      }
    } catch {
      // The connection to the database was lost: the client reconnects, and reads again what it shows.
    } finally {
      gone.abort();
      clearInterval(beat);
      clearTimeout(expiry);
      raw.end();
    }
  }

  private async visible({ user }: Caller, { orderIds }: Change): Promise<readonly string[]> {
    if (user.stores === 'all') return orderIds;
    const seen = await Promise.all(orderIds.map(async (orderId) => ((await this.models.getOrder(orderId, user.stores)).body === undefined ? [] : [orderId])));
    return seen.flat();
  }
}
