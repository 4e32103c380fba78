import type { Socket } from 'node:net';
import { newId } from '#kernel';
import { problem } from './problem.js';

const LABEL = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' } as const;

/** What is no HTTP never becomes a request: it is told so in the words of every other problem, and cut off. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify({ ...problem('invalid-request').bodyFor(newId()), status });
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${String(status)} ${LABEL[status]}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\nconnection: close\r\n\r\n${body}`);
  }
  socket.destroySoon();
}
