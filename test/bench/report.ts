import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

export interface Figure {
  /** Row of docs: P1 … P9. */
  readonly goal: string;
  readonly what: string;
  readonly value: number;
  readonly unit: 'per s' | 'ms' | 's' | 'MB';
  /** What the same machine did in the same run without our code. */
  readonly floor?: { readonly name: string; readonly value: number };
  /** What has to be reached, in the unit of the value. */
  readonly must?: { readonly least: number } | { readonly most: number };
  /** A peer's published figure for the same work, on a like machine. */
  readonly peer?: { readonly name: string; readonly value: number };
}

export type Reached = 'yes' | 'no' | '-';

export function reached({ value, must }: Figure): Reached {
  if (must === undefined) return '-';
  return ('least' in must ? value >= must.least : value <= must.most) ? 'yes' : 'no';
}

/** How many times better than the other figure: more work per second, or less time. */
const times = (figure: Figure, other: number): number => (figure.unit === 'per s' ? figure.value / other : other / figure.value);

const digits = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.goal,
    figure.what,
    `${digits(figure.value)} ${figure.unit}`,
    figure.must === undefined ? '' : 'least' in figure.must ? `≥ ${digits(figure.must.least)}` : `≤ ${digits(figure.must.most)}`,
    reached(figure),
    figure.floor === undefined ? '' : `${digits(figure.value / figure.floor.value)} of ${digits(figure.floor.value)} (${figure.floor.name})`,
    figure.peer === undefined ? '' : `${digits(times(figure, figure.peer.value))} × ${figure.peer.name} (${digits(figure.peer.value)})`,
  ]);
  const head = ['goal', 'what', 'figure', 'must', 'met', 'beside its floor', 'beside a peer'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

export function writeReport(folder: string, report: { readonly orders: number; readonly floors: object; readonly figures: readonly Figure[]; readonly verified: readonly string[] }): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `bench-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, platform: `${process.platform}-${process.arch}` };
  writeFileSync(file, `${JSON.stringify({ machine, ...report }, undefined, 2)}\n`);
  return file;
}
