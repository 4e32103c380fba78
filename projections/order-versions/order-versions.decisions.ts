import { SEARCH_DECISIONS } from '../order-search/order-search.decisions.js';

/**
 * A version is kept of every event that the search or the grid shows something of. They agree about which those are (a
 * spec holds them to it), so one row serves both.
 */
export const VERSION_DECISIONS = SEARCH_DECISIONS;
