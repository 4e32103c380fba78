import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Docket API</title><link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<form id="sign-in"><strong>Docket</strong>
<label>User <input name="userName" autocomplete="username" value="ann"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button><output id="who">Sign in, then try any call.</output></form>
<main id="calls"></main>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/page.js"></script>
</body>
</html>`;

const STYLE = `body{margin:0}#sign-in{position:sticky;top:0;z-index:9;display:flex;gap:1rem;align-items:center;padding:.6rem 1.2rem;background:#16324f;color:#fff;font:16px system-ui,sans-serif;flex-wrap:wrap}
#sign-in input{font:inherit;padding:.3rem .5rem;border:0;border-radius:4px}#sign-in button{font:inherit;padding:.35rem 1rem;border:0;border-radius:4px;background:#ffd166;cursor:pointer}.swagger-ui .topbar{display:none}`;

const SCRIPT = `const ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#calls', deepLinking: true, docExpansion: 'list', tryItOutEnabled: true, persistAuthorization: false });
const form = document.getElementById('sign-in'); const who = document.getElementById('who');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const response = await fetch('/api/auth/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(Object.fromEntries(new FormData(form))) });
  const body = await response.json();
  if (!response.ok) { who.textContent = body.title; return; }
  ui.preauthorizeApiKey('bearer', body.accessToken);
  who.textContent = 'Signed in as ' + body.user.displayName + ' (' + body.user.role + ')';
});`;

/** `/docs`: sign in and try every call. Everything is served from here. */
export function serveDocs(fastify: FastifyInstance, document: () => object): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  fastify.get('/openapi.json', (_request, reply) => reply.header('cache-control', 'no-cache').send(document()));
  fastify.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  fastify.get('/docs/page.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  fastify.get('/docs/page.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(SCRIPT));
  for (const [file, type] of Object.entries(FILES)) {
    fastify.get(`/docs/${file}`, (_request, reply) => reply.type(type).send(createReadStream(join(folder, file))));
  }
}
