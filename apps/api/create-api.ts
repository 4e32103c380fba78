import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { newId } from '#kernel';
import type { Settings } from '#settings';
import type { FastifyInstance } from 'fastify';
import { ApiModule, type ApiParts } from './api.module.js';
import { callersCorrelationId } from './http/correlation.js';
import { acceptJsonOnly } from './http/json-body.js';
import { PositionTokens } from './http/position-tokens.js';
import { problem } from './http/problem.js';
import { sendProblem } from './http/problem.filter.js';
import { refuseUnreadable } from './http/unreadable.js';
import { isPreview } from './orders/previewed.js';
import { openApiDocument } from './openapi/document.js';
import { serveDocs } from './openapi/docs-page.js';

export type ApiSettings = Pick<Settings, 'bodyLimitBytes' | 'rateLimitPerMinute' | 'signInLimitPerMinute' | 'logLevel'>;

const VERSION = '0.1.0';

/** The API, complete and not yet listening. */
export async function createApi(parts: ApiParts, settings: ApiSettings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: { level: settings.logLevel, stream: process.stderr },
    disableRequestLogging: true,
    bodyLimit: settings.bodyLimitBytes,
    connectionTimeout: 30_000,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseUnreadable,
    genReqId: (request: { headers: Record<string, string | string[] | undefined> }) => callersCorrelationId(request.headers['docket-correlation-id']) ?? newId(),
  });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- options are plain data
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(parts), adapter, { logger: false, abortOnError: false, bodyParser: false });
  const fastify: FastifyInstance = adapter.getInstance();
  acceptJsonOnly(fastify);
  await fastify.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'", 'data:'], upgradeInsecureRequests: null } }, hsts: false });
  await fastify.register(rateLimit, {
    max: (request) => (request.url.startsWith('/api/auth/') ? settings.signInLimitPerMinute : settings.rateLimitPerMinute),
    timeWindow: 60_000,
    // A preview was counted when it came in; on its way through this process it is not a second request.
    allowList: (request) => isPreview(request.headers),
    keyGenerator: (request) => (request.url.startsWith('/api/auth/') ? `sign-in ${request.ip}` : `${request.ip} ${(request.headers.authorization ?? '').slice(-24)}`),
    errorResponseBuilder: (_request, context) => problem('too-many-requests', { headers: { 'retry-after': String(Math.ceil(context.ttl / 1_000)) } }),
  });
  fastify.setErrorHandler((error, request, reply) => {
    sendProblem(error, request, reply);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('docket-correlation-id', request.id);
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    // Commands without fields may be sent without a body.
    if (request.method === 'POST' && request.body === undefined) request.body = {};
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    parts.metrics.answered(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
    done();
  });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true, forbidUnknownValues: true, exceptionFactory: (errors) => problem('invalid-request', { detail: faultsOf(errors).slice(0, 10).join('; ') }) }));
  await app.get(PositionTokens).open();
  let document: OpenAPIObject | undefined;
  serveDocs(fastify, () => (document ??= openApiDocument(app, VERSION)));
  await app.init();
  return app;
}

/** Paths and rules, never values. */
function faultsOf(errors: readonly ValidationError[], path = ''): readonly string[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const here = path === '' ? property : `${path}.${property}`;
    return [...Object.values(constraints).map((text) => `${here}: ${text.replace(`property ${property} should not exist`, 'is not a field here')}`), ...faultsOf(children, here)];
  });
}

