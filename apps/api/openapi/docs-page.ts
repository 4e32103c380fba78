import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { DOCS_PAGE, DOCS_SCRIPT, DOCS_STYLE } from './docs-page.assets.js';

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** `/docs`: sign in and try every call. Everything is served from here; the bare address leads to it. */
export function serveDocs(fastify: FastifyInstance, document: () => object): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  fastify.get('/', (_request, reply) => reply.redirect('/docs'));
  fastify.get('/openapi.json', (_request, reply) => reply.header('cache-control', 'no-cache').send(document()));
  fastify.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(DOCS_PAGE));
  fastify.get('/docs/page.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(DOCS_STYLE));
  fastify.get('/docs/page.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(DOCS_SCRIPT));
  for (const [file, type] of Object.entries(FILES)) {
    fastify.get(`/docs/${file}`, (_request, reply) => reply.type(type).send(createReadStream(join(folder, file))));
  }
}
