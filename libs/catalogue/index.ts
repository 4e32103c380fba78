export * from './catalogue.port.js';
export * from './price-and-tax.port.js';
export * from './service-lists.port.js';
