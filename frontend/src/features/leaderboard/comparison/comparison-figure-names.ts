/** The figures of a comparison that can be taken away, in the order of the page. */
export const COMPARISON_FIGURES = [
  'scores',
  'pairs',
  'daily-score',
  'daily-rmse',
  'psd-score',
  'contours',
  'resolution',
  'maps',
] as const;
export type ComparisonFigure = (typeof COMPARISON_FIGURES)[number];
