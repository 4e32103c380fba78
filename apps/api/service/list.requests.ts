import { LIST_NAMES, REASON_USES, SERVICE_ROLES, type ListName, type ReasonUse, type ServiceRole } from '#catalogue';
import type { AlertSeverity, HoldEffect } from '#ordering';
import { Choices, Code, OneOf, Pattern, Text } from '../http/fields.js';

export class ResolutionCodeBody {
  @Code({ description: 'Stands in events for ever.' }) readonly code!: string;
  @Text({ most: 200, description: 'What people read; can be changed.' }) readonly label!: string;
}

export class ReasonCodeBody extends ResolutionCodeBody {
  @Choices(REASON_USES) readonly uses!: readonly ReasonUse[];
}

export class HoldTypeBody extends ResolutionCodeBody {
  @Choices(['confirm', 'release', 'ship']) readonly effects!: readonly HoldEffect[];
  @Choices(SERVICE_ROLES) readonly resolvedBy!: readonly ServiceRole[];
}

export class AlertTypeBody extends ResolutionCodeBody {
  @OneOf(['alert', 'warning']) readonly severity!: AlertSeverity;
  @Choices(SERVICE_ROLES) readonly clearedBy!: readonly ServiceRole[];
}

export class ChargeCategoryBody extends ResolutionCodeBody {
  @Choices(['charge', 'discount']) readonly kinds!: readonly ('charge' | 'discount')[];
}

export class PickupStoreBody extends ResolutionCodeBody {
  @Pattern(/^[A-Z]{2}$/, { most: 2, description: 'ISO 3166-1 alpha-2', example: 'GB' }) readonly country!: string;
}

export class RetireCodeBody {
  @OneOf(LIST_NAMES) readonly list!: ListName;
  @Code() readonly code!: string;
}
