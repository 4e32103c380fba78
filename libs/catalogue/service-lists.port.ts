import type { HoldEffect } from '#ordering';

/** What a representative may give a reason for; each reason code says for which of these it can be used. */
export const REASON_USES = ['void', 'suspend', 'cancel', 'cancel-line', 'reship', 'appease', 'charge', 'address', 'return'] as const;
export type ReasonUse = (typeof REASON_USES)[number];

/** Seeded, kept in Postgres; a retired one cannot be used any more, and history still shows it. */
export interface ReasonCode {
  /** Stable kebab-case; this, never the label, stands in events. */
  readonly code: string;
  readonly label: string;
  readonly uses: readonly ReasonUse[];
  readonly active: boolean;
}

export type ServiceRole = 'csr' | 'supervisor';

export interface HoldType {
  readonly code: string;
  readonly label: string;
  /** What it stops unless the command names fewer. */
  readonly effects: readonly HoldEffect[];
  /** Who may resolve it (A51). */
  readonly resolvedBy: readonly ServiceRole[];
  readonly active: boolean;
}

export interface ResolutionCode {
  readonly code: string;
  readonly label: string;
  readonly active: boolean;
}

/** The lists that guards G5, A50 and A51 go by. Answers from memory, at most `maxAgeMs` old. */
export interface ServiceLists {
  reasonCodes(): Promise<readonly ReasonCode[]>;
  holdTypes(): Promise<readonly HoldType[]>;
  resolutionCodes(): Promise<readonly ResolutionCode[]>;
  /** True when the code is known, active, and meant for this (G5). */
  mayUseReason(code: string, use: ReasonUse): Promise<boolean>;
  /** undefined: unknown or retired. */
  activeHoldType(code: string): Promise<HoldType | undefined>;
  mayUseResolution(code: string): Promise<boolean>;
}
