import type { FastifyInstance } from 'fastify';
import { problem } from './problem.js';

/** Parts in parts in parts: requests have four levels; whoever sends more means harm. */
const DEEPEST = 32;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** A string of JSON text, and whether it names a member. Every string is consumed whole, so that none is looked into. */
const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

const malformed = (detail: string): Error => problem('invalid-request', { detail });

/**
 * A body as its sender meant it, or not at all: text that two parsers could read differently (bytes that are no UTF-8,
 * a byte order mark, a member named twice) is refused, and so is what would reach a prototype (cases 59, 60, 67).
 * @throws ProblemError 400
 */
export function readJsonBody(bytes: Uint8Array): object {
  const text = decoded(bytes);
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('The body is not a JSON object.');
  const named = membersOf(value);
  let written = 0;
  for (const [, colon] of text.matchAll(STRINGS)) if (colon !== undefined) written += 1;
  if (written !== named) throw malformed('The body names a member twice.');
  return value;
}

function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed('The body is not JSON.');
  }
}

/** How many members there are, at all levels. @throws ProblemError for too deep, and for names that reach a prototype */
function membersOf(value: unknown, depth = 1): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > DEEPEST) throw malformed(`The body is deeper than ${String(DEEPEST)} levels.`);
  if (Array.isArray(value)) return value.reduce((count: number, item) => count + membersOf(item, depth + 1), 0);
  const members = Object.entries(value);
  for (const [name] of members) if (name === '__proto__' || name === 'constructor' || name === 'prototype') throw malformed(`${name} is not a field here.`);
  return members.reduce((count, [, member]) => count + membersOf(member, depth + 1), members.length);
}

/** JSON is the only media type that is read; an empty body is none. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, bytes.length === 0 ? undefined : readJsonBody(bytes as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}
