import { streamNameOf, type persistent } from '../../grpc/protocol.js';
import { badRequest, handlerFailed } from '../../grpc/refusals.js';
import { STRATEGIES, type GroupSettings, type Source, type SourceFilter, type StrategyName } from '../settings.js';
import { failed } from './refusals.js';

type CreateOptions = InstanceType<typeof persistent.CreateReq.Options>;
type UpdateOptions = InstanceType<typeof persistent.UpdateReq.Options>;
type Options = CreateOptions | UpdateOptions;
type FilterOptions = InstanceType<typeof persistent.CreateReq.AllOptions.FilterOptions>;

export interface GroupRequest {
  readonly source: Source;
  readonly group: string;
  readonly settings: GroupSettings;
}

const END = 2n ** 64n - 1n;
const MAX = 2n ** 63n - 1n;
/** What the real node keeps when no time is given (measured 1.1). */
const NEVER_MS = 2 ** 31 - 1;

/** @throws StatusError in the words of the real node (measured 2.11) */
export function parseGroupRequest(options: Options | undefined, request: 'CreateReq' | 'UpdateReq'): GroupRequest {
  const sent = options?.getSettings();
  if (options === undefined || sent === undefined) throw handlerFailed();
  const { source, start } = sourceAndStart(options, request);
  const group = options.getGroupName();
  const settings: GroupSettings = {
    resolveLinks: sent.getResolveLinks(),
    extraStatistics: sent.getExtraStatistics(),
    start,
    messageTimeoutMs: sent.hasMessageTimeoutTicks() ? fromTicks(sent.getMessageTimeoutTicks()) : sent.getMessageTimeoutMs(),
    maxRetryCount: sent.getMaxRetryCount(),
    checkpointAfterMs: checkpointAfter(sent),
    minCheckpointCount: sent.getMinCheckpointCount(),
    maxCheckpointCount: sent.getMaxCheckpointCount(),
    maxSubscriberCount: sent.getMaxSubscriberCount(),
    liveBufferSize: sent.getLiveBufferSize(),
    readBatchSize: sent.getReadBatchSize(),
    historyBufferSize: sent.getHistoryBufferSize(),
    strategy: strategyOf(sent, source.kind === 'all' ? '$all' : source.stream, group),
  };
  if (settings.readBatchSize >= settings.historyBufferSize) {
    const reason = "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')";
    throw failed(source.kind === 'all' ? '$all' : source.stream, group, reason);
  }
  return { source, group, settings };
}

type Settings = NonNullable<ReturnType<Options['getSettings']>>;

const fromTicks = (ticks: string): number => Number(BigInt(ticks) / 10_000n);

function checkpointAfter(sent: Settings): number {
  if (sent.hasCheckpointAfterTicks()) return fromTicks(sent.getCheckpointAfterTicks());
  return sent.hasCheckpointAfterMs() ? sent.getCheckpointAfterMs() : NEVER_MS;
}

/** By name, which can say more; an empty name leaves it to the number. */
function strategyOf(sent: Settings, stream: string, group: string): StrategyName {
  const name = 'getConsumerStrategy' in sent ? sent.getConsumerStrategy() : '';
  const wanted = name === '' ? STRATEGIES[sent.getNamedConsumerStrategy()] : STRATEGIES.find((each) => each === name);
  if (wanted === undefined) throw failed(stream, group, `Consumer strategy ${name || String(sent.getNamedConsumerStrategy())} does not exist.`);
  return wanted;
}

function sourceAndStart(options: Options, request: string): { readonly source: Source; readonly start: string } {
  const all = options.getAll();
  if (all !== undefined) {
    const filter = 'getFilter' in all ? all.getFilter() : undefined;
    return { source: { kind: 'all', filter: filter && filterOf(filter) }, start: startOfAll(all, request) };
  }
  const chosen = options.getStream();
  // The form that clients still use: the stream beside the settings, its start within them.
  const stream = streamNameOf(chosen?.getStreamIdentifier() ?? options.getStreamIdentifier());
  if (stream === '' || stream === '$all') throw handlerFailed();
  const start = chosen === undefined ? startOfStream(options.getSettings()?.getRevision() ?? '0') : startOfChosen(chosen, request);
  return { source: { kind: 'stream', stream }, start };
}

function startOfChosen(chosen: NonNullable<ReturnType<Options['getStream']>>, request: string): string {
  if (chosen.hasStart()) return '0';
  if (chosen.hasEnd()) return '-1';
  if (!chosen.hasRevision()) throw notSet(`${request}+Types+StreamOptions+RevisionOptionOneofCase`);
  return startOfStream(chosen.getRevision());
}

function startOfStream(revision: string): string {
  const number = BigInt(revision);
  if (number === END) return '-1';
  if (number > MAX) throw handlerFailed();
  return String(number);
}

function startOfAll(all: NonNullable<ReturnType<Options['getAll']>>, request: string): string {
  if (all.hasStart()) return 'C:0/P:0';
  if (all.hasEnd()) return 'C:-1/P:-1';
  const position = all.getPosition();
  if (position === undefined) throw notSet(`${request}+Types+AllOptions+AllOptionOneofCase`);
  const commit = BigInt(position.getCommitPosition());
  const prepare = BigInt(position.getPreparePosition());
  if (commit === END && prepare === END) return 'C:-1/P:-1';
  if (commit > MAX || prepare > commit) throw handlerFailed();
  return `C:${String(commit)}/P:${String(prepare)}`;
}

function filterOf(filter: FilterOptions): SourceFilter {
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  if (expression === undefined) throw notSet('CreateReq+Types+AllOptions+Types+FilterOptions+FilterOneofCase');
  return { of: filter.hasStreamIdentifier() ? 'stream' : 'type', regex: expression.getRegex(), prefixes: expression.getPrefixList() };
}

const notSet = (option: string): Error => badRequest(`'None' is not a valid EventStore.Client.PersistentSubscriptions.${option}`);
