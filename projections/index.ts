export { describeEvent, type Described, type DescribedDetail, type Surroundings } from './activity-history/describe-event.js';
export * from './order-details/order-details.types.js';
export * from './read-models.port.js';
