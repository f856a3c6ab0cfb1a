import { z } from 'zod';

/** Why a map cannot be scored. */
export const MAP_REJECTION_CODES = [
  // structure gate and decoding
  'unreadable-file',
  'unsupported-format',
  'file-too-large',
  'external-storage',
  'virtual-dataset',
  'external-link',
  'soft-link',
  'unsupported-filter',
  'unsupported-type',
  'declared-size-too-large',
  'compression-ratio-too-large',
  'too-many-objects',
  'decoding-limit-exceeded',
  // meaning
  'variable-not-found',
  'ambiguous-variable',
  'coordinate-not-found',
  'wrong-dimensions',
  'irregular-grid',
  'unsupported-calendar',
  'unknown-units',
  'values-out-of-range',
  'sla-instead-of-ssh',
  'empty-field',
  // coverage against the task
  'area-not-covered',
  'days-missing',
  'holes-in-reconstruction',
] as const;

/** Why a network cannot be run: the checkpoint, its manifest, what it needs, what it computed. */
export const NETWORK_REJECTION_CODES = [
  'unreadable-checkpoint',
  'checkpoint-with-code',
  'whole-module',
  'non-finite-weights',
  'unknown-architecture',
  'unsupported-onnx',
  'manifest-missing',
  'manifest-invalid',
  'manifest-mismatch',
  'network-too-large',
  'inputs-missing',
  'network-diverged',
] as const;

/**
 * Every code is the participant's to fix; a fault of ours is never a rejection. A new code does not compile until
 * `REJECTION_TITLES` names it.
 */
export const REJECTION_CODES = [...MAP_REJECTION_CODES, ...NETWORK_REJECTION_CODES] as const;

export const rejectionCodeSchema = z.enum(REJECTION_CODES);
export type RejectionCode = z.infer<typeof rejectionCodeSchema>;

/** One short line per code, as a heading on the submission page and in the terminal. */
export const REJECTION_TITLES: Record<RejectionCode, string> = {
  'unreadable-file': 'The file cannot be read',
  'unsupported-format': 'This is not a NetCDF file',
  'file-too-large': 'The file is too large',
  'external-storage': 'The file keeps its data in another file',
  'virtual-dataset': 'The file is a view of other files',
  'external-link': 'The file links to another file',
  'soft-link': 'The file contains symbolic links',
  'unsupported-filter': 'The file is compressed with a filter that is not accepted',
  'unsupported-type': 'A variable has a type that is not accepted',
  'declared-size-too-large': 'The file declares more data than is accepted',
  'compression-ratio-too-large': 'The file expands to far more data than it stores',
  'too-many-objects': 'The file holds too many variables or groups',
  'decoding-limit-exceeded': 'The file took too much time or memory to read',
  'variable-not-found': 'No sea surface height was found',
  'ambiguous-variable': 'Several variables could be the sea surface height',
  'coordinate-not-found': 'A coordinate is missing',
  'wrong-dimensions': 'The variable does not have the dimensions time, latitude, longitude',
  'irregular-grid': 'The coordinates are not a regular grid',
  'unsupported-calendar': 'The calendar of the time axis is not accepted',
  'unknown-units': 'The units are missing or unknown',
  'values-out-of-range': 'The values are not heights in metres',
  'sla-instead-of-ssh': 'This looks like sea level anomaly, not sea surface height',
  'empty-field': 'The variable holds no value',
  'area-not-covered': 'The map does not cover the area',
  'days-missing': 'The map does not cover every day',
  'holes-in-reconstruction': 'The map has missing values where the reference has none',
  'unreadable-checkpoint': 'The checkpoint cannot be read',
  'checkpoint-with-code': 'The checkpoint would run code',
  'whole-module': 'The checkpoint is a pickled program, not weights',
  'non-finite-weights': 'Some weights are not numbers',
  'unknown-architecture': 'The network is of a kind that the platform does not know',
  'unsupported-onnx': 'The ONNX network cannot be run here',
  'manifest-missing': 'The manifest is missing',
  'manifest-invalid': 'The manifest cannot be understood',
  'manifest-mismatch': 'The manifest does not fit the checkpoint',
  'network-too-large': 'The network needs more time or memory than is granted',
  'inputs-missing': 'The task does not have what the network needs',
  'network-diverged': 'The network computed no heights',
};

/**
 * A rejection as shown to the participant: what was looked at, what was found there, what is needed, how to get it.
 * All four texts are plain sentences without markup.
 */
export const rejectionReasonSchema = z.object({
  code: rejectionCodeSchema,
  where: z.string(),
  found: z.string(),
  expected: z.string(),
  fix: z.string(),
});
export type RejectionReason = z.infer<typeof rejectionReasonSchema>;

/** Code of the warnings of the score step: what a map shows against the public OI of its task. */
export const USUAL_MISTAKE = 'usual-mistake';

/** Something odd that does not stop the scoring, e.g. a suspicion that SLA was uploaded. */
export const checkWarningSchema = z.object({ code: z.string(), message: z.string() });
export type CheckWarning = z.infer<typeof checkWarningSchema>;
