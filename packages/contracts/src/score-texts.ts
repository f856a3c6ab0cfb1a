import type { Protocol } from './challenge.js';

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
  'undefined-spectrum':
    'No latitude row is complete, or no piece of the track long enough: this protocol has no spectrum here.',
};

/** Why a public test does not tell a score. */
export const HELD_BACK_TEXT =
  'It is not clearly better than the best score that you were told on this board. A public test tells the next one once the error is a tenth smaller, and by more than its standard error. This one is kept, and is shown when the challenge shows everything.';

export const METRICS = ['mu', 'sigma', 'lambdaXDeg', 'lambdaXKm', 'lambdaTDays'] as const;
export type Metric = (typeof METRICS)[number];

const GRIDDED_METRICS = ['mu', 'sigma', 'lambdaXDeg', 'lambdaTDays'] as const;
const ALONG_TRACK_METRICS = ['mu', 'sigma', 'lambdaXKm'] as const;

/** The metrics of a protocol, in the community's order of columns. */
export const METRICS_OF_PROTOCOL: Record<Protocol, readonly Metric[]> = {
  'osse-2020a': GRIDDED_METRICS,
  'osse-natl': GRIDDED_METRICS,
  'ose-2021a': ALONG_TRACK_METRICS,
  'ose-along-track': ALONG_TRACK_METRICS,
};

export type MetricDefinition = {
  symbol: string;
  label: string;
  unit: string;
  better: 'higher' | 'lower';
  decimals: number;
  definition: string;
};

/** How a metric is written, which direction is better, and what it means. */
export const METRIC_DEFINITIONS: Record<Metric, MetricDefinition> = {
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
  lambdaXKm: {
    symbol: 'λx',
    label: 'effective spatial resolution along the track',
    unit: 'km',
    better: 'lower',
    decimals: 0,
    definition: 'Wavelength along the withheld track, in km, at which the PSD score is 0.5.',
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

/** µ and σ of an along-track protocol are statistics of the daily scores, not of all points together. */
const ALONG_TRACK_DEFINITIONS: Partial<Record<Metric, string>> = {
  mu: 'Mean over days of 1 − RMSE ÷ RMS of the withheld track. Days with fewer than 10 points do not count. 1 is perfect.',
  sigma:
    'Population standard deviation over days of the daily RMSE score along the track. 0 is perfectly steady.',
};

/** The definition of a metric under a protocol. */
export function metricDefinition(metric: Metric, protocol: Protocol): MetricDefinition {
  const definition = METRIC_DEFINITIONS[metric];
  const isAlongTrack = METRICS_OF_PROTOCOL[protocol] === ALONG_TRACK_METRICS;
  return {
    ...definition,
    definition: (isAlongTrack ? ALONG_TRACK_DEFINITIONS[metric] : undefined) ?? definition.definition,
  };
}

/** What a physics column is called, and what it says. 1 is best for ratios; a slope is best where it equals the truth's. */
export const PHYSICS_DEFINITIONS = {
  varianceRatio: {
    symbol: 'var ÷ var',
    label: 'variance ratio',
    decimals: 2,
    definition:
      'Variance of the reconstructed heights ÷ that of the truth, over every day and point. 1 is best; below 1 is too smooth.',
  },
  gradientRatio: {
    symbol: '|∇| ÷ |∇|',
    label: 'gradient ratio',
    decimals: 2,
    definition:
      'RMS of the slope of the sea surface (speed of the geostrophic current) ÷ that of the truth. 1 is best; below 1 is too smooth.',
  },
  vorticityRatio: {
    symbol: 'ζ ÷ ζ',
    label: 'vorticity ratio',
    decimals: 2,
    definition:
      'RMS of the geostrophic relative vorticity g/f·∇²SSH ÷ that of the truth. 1 is best; below 1 is too smooth, above 1 is noise.',
  },
  spectralSlope: {
    symbol: 'slope',
    label: 'spectral slope',
    decimals: 1,
    definition:
      'Slope of the zonal wavenumber spectrum of height between the stated wavelengths. Best where it equals the slope of the truth; steeper is too smooth.',
  },
} as const;
export type PhysicsColumn = keyof typeof PHYSICS_DEFINITIONS;
