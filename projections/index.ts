export { ANALYST_ROLE, ensureAnalystLogin } from './analytics/analytics.schema.js';
export { describeEvent, type Described, type DescribedDetail, type Surroundings } from './activity-history/describe-event.js';
export { createReadDatabase, migrateReadModels, type ReadDatabaseOptions } from './data-source.js';
export { foldOrderDetails } from './order-details/order-details.fold.js';
export * from './order-details/order-details.types.js';
export { PROJECTIONS } from './projections.js';
export * from './read-models.port.js';
export { rewriteReadModels } from './rewrite.js';
export { createReadModels } from './read-models.js';
