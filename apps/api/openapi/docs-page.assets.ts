/** The page at `/docs`: plain text, because nothing but Swagger UI itself is served as a file. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Docket API</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<form id="sign-in"><strong>Docket</strong>
<label>User <input name="userName" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button><output id="who">Sign in, then try any call.</output></form>
<main id="calls"><noscript>This page needs JavaScript; the contract is <a href="/openapi.json">/openapi.json</a>.</noscript></main>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/page.js"></script>
</body>
</html>`;

export const DOCS_STYLE = `html{scroll-padding-top:4rem}
body{margin:0}
#sign-in{position:sticky;top:0;z-index:9;display:flex;gap:.6rem 1rem;align-items:center;padding:.6rem 1.2rem;background:#16324f;color:#fff;font:16px system-ui,sans-serif;flex-wrap:wrap}
#sign-in input{font:inherit;padding:.3rem .5rem;border:0;border-radius:4px}
#sign-in button{font:inherit;padding:.35rem 1rem;border:0;border-radius:4px;background:#ffd166;cursor:pointer}
.swagger-ui .scheme-container{display:none}
.swagger-ui .info{margin:1.5rem 0}
@media(max-width:640px){#sign-in{position:static}.swagger-ui .opblock .opblock-summary-description{display:none}.swagger-ui .opblock .opblock-summary-path{max-width:none}}`;

/** Signs in above Swagger UI, and again by the refresh token before an access token runs out. */
export const DOCS_SCRIPT = `const ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#calls', deepLinking: true, displayOperationId: true, docExpansion: 'list', defaultModelsExpandDepth: -1, displayRequestDuration: true, filter: true, tryItOutEnabled: true, persistAuthorization: false });
const form = document.getElementById('sign-in');
const who = document.getElementById('who');
let renewal;
const post = async (path, body) => {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { ok: response.ok, body: await response.json() };
};
const signedIn = ({ accessToken, refreshToken, expiresInSeconds, user }) => {
  ui.preauthorizeApiKey('bearer', accessToken);
  who.textContent = 'Signed in as ' + user.displayName + ' (' + user.role + ')';
  renewal = setTimeout(() => signIn('/api/auth/refresh', { refreshToken }), expiresInSeconds * 800);
};
const signIn = async (path, body) => {
  clearTimeout(renewal);
  try {
    const answer = await post(path, body);
    if (answer.ok) signedIn(answer.body);
    else who.textContent = answer.body.detail || answer.body.title;
  } catch {
    who.textContent = 'Docket does not answer.';
  }
};
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn('/api/auth/sign-in', Object.fromEntries(new FormData(form)));
});
`;
