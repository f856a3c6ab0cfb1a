/** A report travels as one JSON message: its lists are bounded, and what is drawn is thinned to what this leaves. */
export const MAX_DATASET_REPORT_BYTES = 4 * 2 ** 20;
export const MAX_REPORTED_FILES = 500;
/**
 * What an inspection thins its report to: nodes of all maps together, points of all tracks, variables and dimensions of all
 * files, and rows of each table.
 */
export const REPORT_SHARES = { mapNodes: 500_000, trackPoints: 80_000, listed: 1_000, rows: 200 } as const;

/** Most nodes of a preview along each axis, and most points of the preview of a track. */
export const MAX_PREVIEW_SIDE = 240;
export const MAX_PREVIEW_POINTS = 6_000;
