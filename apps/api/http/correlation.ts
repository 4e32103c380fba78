import type { FastifyRequest } from 'fastify';

/** Fastify's request id: given by `genReqId`, one for each request. */
export const correlationIdOf = (request: FastifyRequest): string => request.id;

const SAFE = /^[A-Za-z0-9._-]{8,64}$/;

/** A caller's id is taken over when it is harmless in a log and in metadata. */
export const callersCorrelationId = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && SAFE.test(header) ? header : undefined;
