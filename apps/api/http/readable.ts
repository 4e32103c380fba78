import { isPersonal, revealed } from '#kernel';
import type { OrderEvent, OrderEventData, OrderEventType } from '#ordering';

/** Data as an answer shows it: personal fields plain for whom may read them, `[erased]` or `[unavailable]` otherwise. */
export type Readable<T> = T extends { readonly subjectId: string; readonly is: 'known'; readonly value: infer Value }
  ? Value
  : T extends { readonly subjectId: string; readonly is: 'erased' | 'unavailable' }
    ? `[${T['is']}]`
    : T extends object
      ? { readonly [Name in keyof T]: Readable<T[Name]> }
      : T;

/** An event of an order of any type, with its own data and what an answer says of it besides. */
export type OrderEventWith<Besides> = { readonly [Type in OrderEventType]: Besides & { readonly type: Type; readonly data: Readable<OrderEventData[Type]> } }[OrderEventType];

export const readable = <T>(value: T): Readable<T> => withoutSeals(value) as Readable<T>;

/** Type and data stay those of one event. */
export const readableEvent = <Besides>({ type, data }: OrderEvent, besides: Besides): OrderEventWith<Besides> => ({ ...besides, type, data: readable(data) }) as OrderEventWith<Besides>;

function withoutSeals(value: unknown): unknown {
  if (isPersonal(value)) return value.is === 'known' ? revealed(value) : `[${value.is}]`;
  if (Array.isArray(value)) return value.map(withoutSeals);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutSeals(field)]));
}
