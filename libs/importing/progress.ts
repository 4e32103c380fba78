/** How far an import is. `of` counts what this run has to do, not what an earlier one did. */
export type ImportProgress =
  | { readonly phase: 'reading'; readonly rows: number }
  | { readonly phase: 'importing'; readonly rows: number; readonly of: number };
