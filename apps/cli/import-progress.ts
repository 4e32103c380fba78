import type { ImportProgress } from '#importing';

const BAR_WIDTH = 30;
const TERMINAL_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;

/** A bar on a terminal; elsewhere a line now and then, for logs. */
export function importProgress(out: NodeJS.WriteStream): { readonly show: (progress: ImportProgress) => void; readonly end: () => void } {
  const began = performance.now();
  const every = out.isTTY ? TERMINAL_EVERY_MS : LINE_EVERY_MS;
  let shownAt = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  return {
    show: (progress) => {
      const now = performance.now();
      const isLast = progress.phase === 'importing' && progress.rows === progress.of;
      if (now - shownAt < every && !isLast) return;
      shownAt = now;
      const text = inWords(progress, (now - began) / 1_000);
      out.write(out.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
      isOpen = out.isTTY;
    },
    end: () => {
      if (isOpen) out.write('\n');
      isOpen = false;
    },
  };
}

function inWords(progress: ImportProgress, seconds: number): string {
  const after = `${seconds.toFixed(0)} s`;
  if (progress.phase === 'reading') return `reading   ${progress.rows.toLocaleString('en-GB')} rows  ${after}`;
  const { rows, of } = progress;
  const share = of === 0 ? 1 : rows / of;
  const full = Math.round(share * BAR_WIDTH);
  const bar = '#'.repeat(full) + '.'.repeat(BAR_WIDTH - full);
  return `importing [${bar}] ${(share * 100).toFixed(0).padStart(3)} %  ${rows.toLocaleString('en-GB')} of ${of.toLocaleString('en-GB')} rows  ${after}`;
}
