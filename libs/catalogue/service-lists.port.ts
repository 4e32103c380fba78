import type { AlertSeverity, HoldEffect } from '#ordering';

/** What a representative may give a reason for; each reason code says for which of these it can be used. */
export const REASON_USES = ['void', 'suspend', 'cancel', 'cancel-line', 'reship', 'appease', 'charge', 'address', 'return', 'flag', 'delivery-stop', 'appointment'] as const;
export type ReasonUse = (typeof REASON_USES)[number];

/** Seeded, kept in Postgres; a retired one cannot be used any more, and history still shows it. */
export interface ReasonCode {
  /** Stable kebab-case; this, never the label, stands in events. */
  readonly code: string;
  readonly label: string;
  readonly uses: readonly ReasonUse[];
  readonly active: boolean;
}

export const SERVICE_ROLES = ['csr', 'supervisor'] as const;
export type ServiceRole = (typeof SERVICE_ROLES)[number];

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

/** What a system or a supervisor can raise on an order (A35). */
export interface AlertType {
  readonly code: string;
  readonly label: string;
  readonly severity: AlertSeverity;
  /** Who may clear it. */
  readonly clearedBy: readonly ServiceRole[];
  readonly active: boolean;
}

/** What a charge or discount made by hand is for (A52). */
export interface ChargeCategory {
  readonly code: string;
  readonly label: string;
  readonly kinds: readonly ('charge' | 'discount')[];
  readonly active: boolean;
}

/** Where customers can fetch what they ordered (A56). */
export interface PickupStore {
  readonly code: string;
  readonly label: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly active: boolean;
}

/** Every list that an administrator keeps, by the name it has in addresses. */
export interface ListEntries {
  readonly 'reason-codes': ReasonCode;
  readonly 'hold-types': HoldType;
  readonly 'resolution-codes': ResolutionCode;
  readonly 'alert-types': AlertType;
  readonly 'charge-categories': ChargeCategory;
  readonly 'pickup-stores': PickupStore;
}

export type ListName = keyof ListEntries;

/** How administrators keep the lists (C7). Who changed what and when is kept beside them. */
export interface ListAdministration {
  /** Adds an entry, or says anew what the code stands for; a retired one can be used again. */
  defineEntry<List extends ListName>(list: List, entry: Omit<ListEntries[List], 'active'>, by: string): Promise<void>;
  /** From now on it cannot be used; what names it stays readable. False: the list has no such code. */
  retireEntry(list: ListName, code: string, by: string): Promise<boolean>;
}

/** The lists that guards G5, A35, A50, A51, A52 and A56 go by. Answers from memory, at most `maxAgeMs` old. */
export interface ServiceLists {
  reasonCodes(): Promise<readonly ReasonCode[]>;
  holdTypes(): Promise<readonly HoldType[]>;
  resolutionCodes(): Promise<readonly ResolutionCode[]>;
  alertTypes(): Promise<readonly AlertType[]>;
  chargeCategories(): Promise<readonly ChargeCategory[]>;
  pickupStores(): Promise<readonly PickupStore[]>;
  /** True when the code is known, active, and meant for this (G5). */
  mayUseReason(code: string, use: ReasonUse): Promise<boolean>;
  /** undefined: unknown or retired. */
  activeHoldType(code: string): Promise<HoldType | undefined>;
  mayUseResolution(code: string): Promise<boolean>;
  /** Active or retired: who may end a hold or an alert stays as it was defined. */
  holdType(code: string): Promise<HoldType | undefined>;
  alertType(code: string): Promise<AlertType | undefined>;
  /** undefined: unknown, retired, or not for that kind. */
  activeChargeCategory(code: string, kind: 'charge' | 'discount'): Promise<ChargeCategory | undefined>;
  activePickupStore(code: string): Promise<PickupStore | undefined>;
}
