// Constants without zod: a program that only prints scores must not wait for the schemas of a whole platform.

/** Why an effective resolution has no value. `everything-resolved`: the score never falls to 0.5 on this grid. */
export const UNRESOLVED_REASONS = [
  'everything-resolved',
  'nothing-resolved',
  'identical',
  'undefined-spectrum',
] as const;
export type UnresolvedReason = (typeof UNRESOLVED_REASONS)[number];

/** One sentence per reason, for a participant. */
export const UNRESOLVED_TEXTS: Record<UnresolvedReason, string> = {
  'everything-resolved': 'The PSD score stays above 0.5 at every wavelength and period of this grid.',
  'nothing-resolved': 'The PSD score is below 0.5 at every wavelength and period.',
  identical: 'The reconstruction is identical to the reference.',
  'undefined-spectrum': 'No latitude row is complete, so this protocol has no spectrum.',
};

export const METRICS = ['mu', 'sigma', 'lambdaXDeg', 'lambdaTDays'] as const;
export type Metric = (typeof METRICS)[number];

/** How a metric is written, which direction is better, and what it means. The order is the community's. */
export const METRIC_DEFINITIONS: Record<
  Metric,
  {
    symbol: string;
    label: string;
    unit: string;
    better: 'higher' | 'lower';
    decimals: number;
    definition: string;
  }
> = {
  mu: {
    symbol: 'µ(RMSE)',
    label: 'RMSE score',
    unit: '',
    better: 'higher',
    decimals: 3,
    definition: '1 − RMSE ÷ RMS of the reference, over every day and grid point together. 1 is perfect.',
  },
  sigma: {
    symbol: 'σ(RMSE)',
    label: 'spread of the daily RMSE scores',
    unit: '',
    better: 'lower',
    decimals: 3,
    definition: 'Population standard deviation over days of the daily RMSE score. 0 is perfectly steady.',
  },
  lambdaXDeg: {
    symbol: 'λx',
    label: 'effective spatial resolution',
    unit: '°',
    better: 'lower',
    decimals: 2,
    definition:
      'Shortest zonal wavelength, in degrees of longitude, on the first contour where the PSD score is 0.5.',
  },
  lambdaTDays: {
    symbol: 'λt',
    label: 'effective temporal resolution',
    unit: 'days',
    better: 'lower',
    decimals: 2,
    definition: 'Shortest period, in days, on the first contour where the PSD score is 0.5.',
  },
};
