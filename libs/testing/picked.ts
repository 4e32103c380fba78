/** One of a list, chosen by any number; undefined when there is none. */
export const picked = <T>(list: readonly T[], at: number): T | undefined => (list.length === 0 ? undefined : list[at % list.length]);
