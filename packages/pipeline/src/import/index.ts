export * from './import-challenge.js';
export { DEFAULT_MATCH_TOLERANCE } from './steps/compare-with-truth.js';
export { ImportError, type ImportErrorCode } from './import-error.js';
export { IMPORTABLE_CHALLENGES, importNatl60 } from './import-natl60.js';
export type { ImportNatl60Options, PeriodConvention } from './import-options.js';
export type { ImportReport, Quirk, TruthMatch } from './import-report.js';
export type { VariableStatistics } from '../files/value-statistics.js';
