import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJsonBody } from './json-body.js';
import { ProblemError } from './problem.js';

const read = (text: string): unknown => readJsonBody(Buffer.from(text, 'utf8'));

const refusalOf = (bytes: Uint8Array): unknown => {
  try {
    return { read: readJsonBody(bytes) };
  } catch (error) {
    return error instanceof ProblemError ? { code: error.code, detail: error.extras.detail } : error;
  }
};

const REFUSED: readonly (readonly [what: string, body: string | Uint8Array, why: RegExp])[] = [
  ['nothing but blanks', '  ', /not JSON/],
  ['half an object', '{"a":', /not JSON/],
  ['two documents', '{"a":1}{"b":2}', /not JSON/],
  ['a comma too many', '{"a":1,}', /not JSON/],
  ['a comment', '{"a":1 /* one */}', /not JSON/],
  ['single quotes', "{'a':1}", /not JSON/],
  ['no number', '{"a":NaN}', /not JSON/],
  ['a leading zero', '{"a":01}', /not JSON/],
  ['a bare control character', '{"a":"\n"}', /not JSON/],
  ['a byte order mark', '\ufeff{"a":1}', /not JSON/],
  ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), /not UTF-8/],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), /not JSON/],
  ['half a character', Buffer.from([0x22, 0xe2, 0x82, 0x22]), /not UTF-8/],
  ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), /not UTF-8/],
  ['nothing at all, named', 'null', /not a JSON object/],
  ['a list', '[{"a":1}]', /not a JSON object/],
  ['bare text', '"a"', /not a JSON object/],
  ['a member named twice', '{"reasonCode":"a","reasonCode":"b"}', /twice/],
  ['a member named twice, once in disguise', '{"reasonCode":"a","\\u0072easonCode":"b"}', /twice/],
  ['a member named twice deep inside', '{"a":{"b":1,"c":[{"d":1,"d":1}]}}', /twice/],
  ['__proto__', '{"__proto__":{"polluted":1}}', /__proto__/],
  ['__proto__ in disguise', '{"\\u005f_proto__":{"polluted":1}}', /__proto__/],
  ['__proto__ deep inside', '{"a":[{"b":{"__proto__":{"polluted":1}}}]}', /__proto__/],
  ['constructor and prototype', '{"constructor":{"prototype":{"polluted":1}}}', /constructor/],
  ['a hundred thousand brackets', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /deeper/],
  ['a hundred thousand objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /deeper/],
];

describe('a body', () => {
  it.each(REFUSED)('is refused for %s (cases 59, 60, 67)', (_, body, why) => {
    expect(refusalOf(typeof body === 'string' ? Buffer.from(body, 'utf8') : body)).toEqual({ code: 'invalid-request', detail: expect.stringMatching(why) });
    expect(({} as Readonly<Record<string, unknown>>).polluted).toBeUndefined();
  });

  it('is read as it was meant, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.boolean(), (value, indented) => {
        fc.pre(!/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));
        const text = JSON.stringify({ value }, undefined, indented ? 2 : undefined);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('may hold text that looks like members', () => {
    const body = { text: '"a":1,"a":2 \\" : {', 'a b': ['"x":', '\\'] };
    expect(read(JSON.stringify(body))).toEqual(body);
  });

  it('of half a megabyte is read in no time', () => {
    const body = `{"text":"${'\\"'.repeat(250_000)}"}`;
    const started = performance.now();
    read(body);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
