import type { IdForm } from './event-frame.js';
import { streamNameOf, streams } from './protocol.js';
import * as no from './refusals.js';

type ReadReq = InstanceType<typeof streams.ReadReq>;
type Options = InstanceType<typeof streams.ReadReq.Options>;
type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;

/** A filter over `$all`: looks at the unresolved record. `interval`: records between two checkpoints. */
export interface RecordFilter {
  readonly of: 'stream' | 'type';
  readonly matches: (text: string) => boolean;
  readonly interval: number;
}

interface Common {
  readonly direction: 'forwards' | 'backwards';
  /** Undefined: a subscription. */
  readonly count: number | undefined;
  readonly resolveLinks: boolean;
  readonly idForm: IdForm;
  /** Whether the caller also wants to hear where a stream begins and ends. */
  readonly tellsEnds: boolean;
}

export type ReadRequest =
  | (Common & { readonly kind: 'stream'; readonly stream: string; readonly from: 'start' | 'end' | bigint })
  | (Common & { readonly kind: 'all'; readonly from: 'start' | 'end' | number; readonly filter: RecordFilter | undefined });

const END = 2n ** 64n - 1n;
const MAX = 2n ** 63n - 1n;
const { CountOptionCase, FilterOptionCase, StreamOptionCase, UUIDOption } = streams.ReadReq.Options;

/** @throws StatusError in the words of the real node (measured 2.4) */
export function parseReadRequest(request: ReadReq): ReadRequest {
  const options = request.getOptions();
  if (options === undefined) throw no.handlerFailed();
  if (options.getStreamOptionCase() === StreamOptionCase.STREAM_OPTION_NOT_SET) {
    throw no.badRequest("'None' is not a valid EventStore.Client.Streams.ReadReq+Types+Options+StreamOptionOneofCase");
  }
  checkCombination(options);
  const uuid = options.getUuidOption();
  // A real node hangs here as soon as a record is due.
  if (uuid === undefined) throw no.badRequest("'uuid_option' is missing: set it to string or structured.");
  const common: Common = {
    direction: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS ? 'forwards' : 'backwards',
    count: options.hasSubscription() ? undefined : Number(options.getCount()),
    resolveLinks: options.getResolveLinks(),
    idForm: uuid.getContentCase() === UUIDOption.ContentCase.STRING ? 'text' : 'structured',
    tellsEnds: (options.getControlOption()?.getCompatibility() ?? 0) >= 1,
  };
  const stream = options.getStream();
  if (stream !== undefined) {
    const of = streamAndRevision(stream);
    if (common.count === undefined && of.from === MAX) throw no.handlerFailed();
    return { ...common, kind: 'stream', ...of };
  }
  const filter = options.getFilter();
  return { ...common, kind: 'all', from: allPosition(options), filter: filter && readFilter(filter) };
}

function checkCombination(options: Options): void {
  const all = options.hasAll();
  const subscription = options.hasSubscription();
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const knownDirection = backwards || options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS;
  const countSet = options.getCountOptionCase() !== CountOptionCase.COUNT_OPTION_NOT_SET;
  const filterSet = options.getFilterOptionCase() !== FilterOptionCase.FILTER_OPTION_NOT_SET;
  const filteredStream = options.hasFilter() && !all;
  if (knownDirection && countSet && filterSet && !filteredStream && !(subscription && backwards)) return;
  const words = [
    all ? 'All' : 'Stream',
    subscription ? 'Subscription' : countSet ? 'Count' : 'None',
    backwards ? 'Backwards' : knownDirection ? 'Forwards' : String(options.getReadDirection()),
    options.hasFilter() ? 'Filter' : filterSet ? 'NoFilter' : 'None',
  ];
  throw no.badRequest(`The combination of (${words.join(', ')}) is invalid.`);
}

function streamAndRevision(options: InstanceType<typeof streams.ReadReq.Options.StreamOptions>): { stream: string; from: 'start' | 'end' | bigint } {
  const stream = streamNameOf(options.getStreamIdentifier());
  if (stream === '') throw no.handlerFailed();
  if (options.hasStart()) return { stream, from: 'start' };
  if (options.hasEnd()) return { stream, from: 'end' };
  if (!options.hasRevision()) throw no.handlerFailed();
  const revision = BigInt(options.getRevision());
  if (revision === END) return { stream, from: 'end' };
  if (revision > MAX) throw no.handlerFailed();
  return { stream, from: revision };
}

function allPosition(options: Options): 'start' | 'end' | number {
  const all = options.getAll();
  if (all?.hasEnd() === true) return 'end';
  if (all?.hasStart() === true) return 'start';
  const position = all?.getPosition();
  if (position === undefined) throw no.handlerFailed();
  const commit = BigInt(position.getCommitPosition());
  const prepare = BigInt(position.getPreparePosition());
  if (commit === END) return 'end';
  if (commit > MAX || prepare > commit) throw no.handlerFailed();
  return commit > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(commit);
}

/** Regular expressions win over prefixes; neither matches nothing (measured 2.4). */
export function readFilter(filter: FilterOptions): RecordFilter {
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const { FilterCase, WindowCase } = streams.ReadReq.Options.FilterOptions;
  if (expression === undefined || filter.getFilterCase() === FilterCase.FILTER_NOT_SET) throw no.badRequest('A filter needs an expression.');
  if (filter.getWindowCase() === WindowCase.WINDOW_NOT_SET) throw no.badRequest('A filter needs a window.');
  const multiplier = filter.getCheckpointintervalmultiplier();
  if (multiplier === 0) throw no.handlerFailed();
  const window = filter.hasMax() ? Math.max(filter.getMax(), 1) : 32;
  const of = filter.hasStreamIdentifier() ? 'stream' : 'type';
  return { of, matches: matcher(expression.getRegex(), expression.getPrefixList()), interval: window * multiplier };
}

/** @throws StatusError when `regex` is none; an empty one leaves it to the prefixes */
export function matcher(regex: string, prefixes: readonly string[]): (text: string) => boolean {
  if (regex === '') return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  const pattern = compile(regex);
  return (text) => pattern.test(text);
}

/** .NET writes options inline, and lets one escape what need not be: the common forms of both are understood. */
function compile(regex: string): RegExp {
  const inline = /^\(\?([ims]+)\)/.exec(regex);
  const pattern = regex.slice(inline?.[0].length ?? 0).replaceAll(/(?<!\\)((?:\\\\)*)\\([AzZ])/g, (_, before: string, anchor: string) => `${before}${anchor === 'A' ? '^' : '$'}`);
  const flags = inline?.[1] ?? '';
  for (const mode of ['u', '']) {
    try {
      return new RegExp(pattern, `${mode}${flags}`);
    } catch {
      // Without Unicode mode more is allowed.
    }
  }
  throw no.handlerFailed();
}
