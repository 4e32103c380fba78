import fc from 'fast-check';

/**
 * `npm test` tries the same sequences every time, so that a change is judged by what it changes. The random ones belong
 * to `npm run properties`, which draws a seed and prints it with what fails; `DOCKET_PROPERTY_SEED` names one.
 */
const seed = process.env.DOCKET_PROPERTY_SEED ?? '20260101';
fc.configureGlobal(seed === 'random' ? {} : { seed: Number(seed) });
