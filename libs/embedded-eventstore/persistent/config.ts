import { groupKey, sourceName, STRATEGIES, type GroupEntry, type GroupSettings, type SourceFilter } from './settings.js';

/** The stream whose last event holds all groups. */
export const CONFIG_STREAM = '$persistentSubscriptionConfig';
export const CONFIG_TYPE = '$PersistentConfig';

type Json = Readonly<Record<string, unknown>>;

/** Indented JSON; members that hold their default are left out (measured 2.11). `begins` is this store's own. */
export function writeConfig(entries: Iterable<GroupEntry>, updatedBy: string): Uint8Array {
  const config = { version: '2', updated: new Date().toISOString(), updatedBy, entries: [...entries].map(toJson) };
  return Buffer.from(JSON.stringify(config, undefined, 2));
}

function toJson({ source, group, settings, begins }: GroupEntry): Json {
  const all = {
    stream: sourceName(source),
    group,
    filter: source.kind === 'all' ? source.filter : undefined,
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeout: settings.messageTimeoutMs,
    startPosition: settings.start,
    liveBufferSize: settings.liveBufferSize,
    historyBufferSize: settings.historyBufferSize,
    maxRetryCount: settings.maxRetryCount,
    readBatchSize: settings.readBatchSize,
    checkPointAfter: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    namedConsumerStrategy: settings.strategy,
    begins: String(begins),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== false && value !== 0 && value !== ''));
}

/** Groups by their key. What is no group, written by somebody else, is left out. */
export function readConfig(data: Uint8Array): Map<string, GroupEntry> {
  const parsed = parse(data);
  const entries = Array.isArray(parsed.entries) ? (parsed.entries as readonly unknown[]) : [];
  const groups = entries.filter(isJson).map(fromJson);
  return new Map(groups.map((entry) => [groupKey(sourceName(entry.source), entry.group), entry]));
}

function parse(data: Uint8Array): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return isJson(value) ? value : {};
  } catch {
    return {};
  }
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function fromJson(entry: Json): GroupEntry {
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  const number = (name: string): number => (typeof entry[name] === 'number' ? entry[name] : 0);
  const settings: GroupSettings = {
    resolveLinks: entry.resolveLinkTos === true,
    extraStatistics: entry.extraStatistics === true,
    start: text('startPosition'),
    messageTimeoutMs: number('messageTimeout'),
    maxRetryCount: number('maxRetryCount'),
    checkpointAfterMs: number('checkPointAfter'),
    minCheckpointCount: number('minCheckPointCount'),
    maxCheckpointCount: number('maxCheckPointCount'),
    maxSubscriberCount: number('maxSubscriberCount'),
    liveBufferSize: number('liveBufferSize'),
    readBatchSize: number('readBatchSize'),
    historyBufferSize: number('historyBufferSize'),
    strategy: STRATEGIES.find((name) => name === entry.namedConsumerStrategy) ?? 'RoundRobin',
  };
  const stream = text('stream');
  const source = stream === '$all' ? { kind: 'all' as const, filter: filterOf(entry.filter) } : { kind: 'stream' as const, stream };
  return { source, group: text('group'), settings, begins: BigInt(text('begins') || '0') };
}

function filterOf(value: unknown): SourceFilter | undefined {
  if (!isJson(value) || (value.of !== 'stream' && value.of !== 'type')) return undefined;
  const prefixes = Array.isArray(value.prefixes) ? value.prefixes.filter((prefix) => typeof prefix === 'string') : [];
  return { of: value.of, regex: typeof value.regex === 'string' ? value.regex : '', prefixes };
}
