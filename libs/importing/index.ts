export { importOrders, type ImportOptions } from './import-orders.js';
export type { ImportFormat } from './input-files.js';
export type { ImportProgress } from './progress.js';
export { ImportInputError, REFUSAL_REASONS, type RefusalReason } from './refusal-reasons.js';
export { refusedRows, reportOn, type ImportReport, type RefusedInput, type Tally } from './report.js';
export { makeDemo, type DemoOptions } from './demo/make-demo.js';
