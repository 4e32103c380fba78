import type { DocketEventType } from '#ordering';
import type { ProjectedEvent } from '#projecting';

/** What a read model does about each type of event: what it shows of it, or why it passes it over. */
export type Decisions = Readonly<Record<DocketEventType, { readonly shows: string } | { readonly ignored: string }>>;

/** The events that a read model has decided to show. */
export const shownIn = (decisions: Decisions, events: readonly ProjectedEvent[]): readonly ProjectedEvent[] =>
  events.filter(({ event }) => 'shows' in decisions[event.type]);
