export { createCatalogue, type CatalogueOptions } from './catalogue.js';
export * from './catalogue.port.js';
export { migrateCatalogue } from './catalogue.schema.js';
export { LIST_NAMES } from './list-administration.js';
export * from './price-and-tax.port.js';
export * from './service-lists.port.js';
