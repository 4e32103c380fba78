/**
 * Stands in for a child in the supervisor's specs: prints the ready line, answers HTTP on its port, tells a notebook
 * when it starts and ends, and ends with its stdin or on SIGTERM. Arguments: name, notebook file, and what it does.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [name, notebook, behaviour = 'ready'] = process.argv.slice(2);
const note = (text) => appendFileSync(notebook, `${name} ${text} ${process.pid}\n`);

if (behaviour === 'fail') {
  process.stderr.write(`${JSON.stringify({ level: 60, msg: 'the master key is a wrong one' })}\n`);
  process.exit(1);
}
if (behaviour === 'demo') {
  note('starts');
  process.stdout.write(`demo: told ${process.argv.slice(-2).join(' ')}\n`);
  process.exit(0);
}

const server = createServer((_request, response) => response.end(JSON.stringify({ name, databaseUrl: process.env.DATABASE_URL, eventStoreUrl: process.env.EVENTSTORE_URL })));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  note('starts');
  process.stdout.write(`${JSON.stringify({ ready: true, port: server.address().port })}\n`);
});

const end = (why) => {
  note(`ends-by-${why}`);
  process.exit(0);
};
process.stdin.resume();
process.stdin.on('end', () => end('pipe'));
if (behaviour === 'stubborn') process.on('SIGTERM', () => undefined);
else process.on('SIGTERM', () => end('signal'));
