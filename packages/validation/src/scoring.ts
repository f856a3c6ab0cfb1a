/** What a thread that scores needs: no NetCDF, no coverage rules. */
export type { BandSource } from './band-source.js';
export * from './day-source.js';
export * from './grid-alignment.js';
export * from './rejection-error.js';
export * from './score-chunks.js';
export * from './walk-field.js';
