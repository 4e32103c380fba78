import type { CopyReport } from '#event-store';

const SHOWN_STREAMS = 5;

const number = (value: number): string => value.toLocaleString('en-GB');

/** What was copied, what was not, and what is proved. */
export function copyReportText({ written, equal, streams, ownIds, gaps, leftOut, digest, identities }: CopyReport): readonly string[] {
  const systemRecords = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
  const names = [...leftOut.keys()].slice(0, SHOWN_STREAMS).join(', ');
  const more = leftOut.size > SHOWN_STREAMS ? ', …' : '';
  return [
    `equal:      ${number(equal)} records of ${number(streams)} streams: ids, revisions, bytes, and the order of the whole log.`,
    `digest:     ${digest}`,
    `written:    ${number(written)} in this run.`,
    `left out:   ${number(systemRecords)} records of ${number(leftOut.size)} system streams, which every store keeps for itself${systemRecords === 0 ? '.' : `: ${names}${more}.`}`,
    `truncated:  settings are copied, and with them what they hide, as far as the source still has it.${gaps === 0 ? '' : ` ${number(gaps)} places of events that a scavenge had removed are held by records of the type docket-copy-gap.`}`,
    ...(ownIds === 0 ? [] : [`own ids:    ${number(ownIds)} records that end or reopen a stream; every store writes them itself, under ids of its own.`]),
    `identity:   ${identities.from ?? 'none'} → ${identities.to ?? 'none'}; it is never copied. Read models must be built anew: docket rebuild --all`,
  ];
}
