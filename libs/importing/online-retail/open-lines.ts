import type { MinorUnits } from '#kernel';

/** A sold line as far as credits are concerned. */
export interface OpenLine {
  readonly orderNumber: string;
  readonly lineId: string;
  readonly sourceId: string;
  readonly rowNo: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly unitPriceMinor: MinorUnits;
  /** Pieces neither cancelled nor returned. */
  openQuantity: number;
}

export interface MatchedPart {
  readonly line: OpenLine;
  readonly quantity: number;
}

export type CreditMatch =
  | { readonly kind: 'one' | 'several'; readonly parts: readonly MatchedPart[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'exceeds'; readonly left: number };

/** What one customer bought and still has, by stock code, in the order of buying. */
export class OpenLines {
  readonly #bySku = new Map<string, OpenLine[]>();

  add(sku: string, line: OpenLine): void {
    const lines = this.#bySku.get(sku);
    if (lines) lines.push(line);
    else this.#bySku.set(sku, [line]);
  }

  /**
   * The latest single line that has enough pieces; otherwise several, the latest first. Changes nothing.
   * @param bears Whether the line's order can still bear the whole credit: such lines go first
   */
  match(sku: string, quantity: number, bears: (line: OpenLine) => boolean = () => true): CreditMatch {
    const open = (this.#bySku.get(sku) ?? []).filter((line) => line.openQuantity > 0);
    if (open.length === 0) return { kind: 'nothing' };
    const enough = open.filter((line) => line.openQuantity >= quantity);
    const single = enough.findLast(bears) ?? enough.at(-1);
    if (single) return { kind: 'one', parts: [{ line: single, quantity }] };
    const parts: MatchedPart[] = [];
    let wanted = quantity;
    for (const line of open.toReversed()) {
      const taken = Math.min(line.openQuantity, wanted);
      parts.push({ line, quantity: taken });
      wanted -= taken;
      if (wanted === 0) return { kind: 'several', parts };
    }
    return { kind: 'exceeds', left: quantity - wanted };
  }

  all(): readonly OpenLine[] {
    return [...this.#bySku.values()].flat();
  }
}
