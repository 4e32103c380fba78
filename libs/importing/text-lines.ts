export interface TextLine {
  /** Counted from 1, as editors do. */
  readonly number: number;
  /** Without its line break; undefined when the line is no text at all or too long to keep. */
  readonly text: string | undefined;
  readonly fault?: 'line-too-long' | 'not-text';
}

const NEWLINE = 10;
const BYTE_ORDER_MARK = '\ufeff';
// Tab and line breaks aside, no text needs them.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Cuts bytes into lines, in memory that does not grow with a line that never ends. Lines of white space are left out. */
export async function* textLines(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let parts: Buffer[] = [];
  let size = 0;
  let number = 0;

  const take = (): TextLine | undefined => {
    number += 1;
    const raw = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const tooLong = size > maxBytes;
    parts = [];
    size = 0;
    if (tooLong) return { number, text: undefined, fault: 'line-too-long' };
    let text: string;
    try {
      text = decoder.decode(raw);
    } catch {
      return { number, text: undefined, fault: 'not-text' };
    }
    if (number === 1 && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    if (text.endsWith('\r')) text = text.slice(0, -1);
    if (CONTROL.test(text)) return { number, text: undefined, fault: 'not-text' };
    return text.trim() === '' ? undefined : { number, text };
  };

  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = buffer.indexOf(NEWLINE); at !== -1; at = buffer.indexOf(NEWLINE, from)) {
      if (size <= maxBytes) parts.push(buffer.subarray(from, at));
      size += at - from;
      from = at + 1;
      const line = take();
      if (line) yield line;
    }
    if (from === buffer.length) continue;
    if (size <= maxBytes) parts.push(buffer.subarray(from));
    size += buffer.length - from;
  }
  if (size === 0) return;
  const last = take();
  if (last) yield last;
}
