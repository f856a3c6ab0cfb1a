export { DEFAULT_MATCH_TOLERANCE } from './compare-with-truth.js';
export { ImportError, type ImportErrorCode } from './import-error.js';
export { IMPORTABLE_CHALLENGES, importNatl60 } from './import-natl60.js';
export type { ImportNatl60Options, PeriodConvention } from './import-options.js';
export type { ImportReport, Quirk, TruthMatch, VariableStatistics } from './import-report.js';
