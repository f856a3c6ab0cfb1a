import type { Protocol } from '../challenge/challenge.js';

// Without zod: a program that only prints scores must not wait for the schemas of a whole platform.

/**
 * Everything that is said of a score, in one row: what is stored, told, exported, printed and documented follows from it. How it
 * is computed is in `packages/science/src/scores`.
 */
export type ScoreRow = {
  /**
   * `metric`: a column of the boards, by which entries are ranked. `error`: beside them. `smoothness`: whether a map is too
   * smooth. `truth`: what a smoothness is compared with.
   */
  group: 'metric' | 'error' | 'smoothness' | 'truth';
  symbol: string;
  /** Its name inside a sentence. */
  label: string;
  /** Empty where it has none. */
  unit: '' | 'm' | 'km' | '°' | 'days';
  /** `one` and `truth`: best is 1, or what the truth has. */
  better: 'higher' | 'lower' | 'one' | 'truth';
  decimals: number;
  /** In CSV, Parquet and the JSON of the shell. */
  column: string;
  /** In the scored NetCDF. */
  attribute: string;
  /** Head of a column in LaTeX. */
  latex: string;
  values: 'any' | 'at most 1' | 'not negative' | 'positive';
  /**
   * `always`: a score without it is none. `null`: it may have no value. `optional`: scores from before it was computed have
   * none, and some protocols have none.
   */
  presence: 'always' | 'null' | 'optional';
  /**
   * What a public test tells of it: rounded to its standard error, to two digits, or to so many decimals. A row without it is
   * withheld there.
   */
  publicTest?: 'standard error' | 'two digits' | number;
  definition: string;
  /** Where it is another one along a withheld track. */
  alongTrackDefinition?: string;
};

const TABLE = {
  mu: {
    group: 'metric',
    symbol: 'µ(RMSE)',
    label: 'RMSE score',
    unit: '',
    better: 'higher',
    decimals: 3,
    column: 'mu',
    attribute: 'mu_rmse',
    latex: '$\\mu$(RMSE)',
    values: 'at most 1',
    presence: 'always',
    publicTest: 'standard error',
    definition: '1 − RMSE ÷ RMS of the reference, over every day and grid point together. 1 is perfect.',
    alongTrackDefinition:
      'Mean over days of 1 − RMSE ÷ RMS of the withheld track. Days with fewer than 10 points do not count. 1 is perfect.',
  },
  sigma: {
    group: 'metric',
    symbol: 'σ(RMSE)',
    label: 'spread of the daily RMSE scores',
    unit: '',
    better: 'lower',
    decimals: 3,
    column: 'sigma',
    attribute: 'sigma_rmse',
    latex: '$\\sigma$(RMSE)',
    values: 'not negative',
    presence: 'always',
    publicTest: 'standard error',
    definition: 'Population standard deviation over days of the daily RMSE score. 0 is perfectly steady.',
    alongTrackDefinition:
      'Population standard deviation over days of the daily RMSE score along the track. 0 is perfectly steady.',
  },
  lambdaXDeg: {
    group: 'metric',
    symbol: 'λx',
    label: 'effective spatial resolution',
    unit: '°',
    better: 'lower',
    decimals: 2,
    column: 'lambda_x_deg',
    attribute: 'lambda_x_degrees',
    latex: '$\\lambda_x$ ($^\\circ$)',
    values: 'positive',
    presence: 'null',
    publicTest: 'two digits',
    definition:
      'Shortest zonal wavelength, in degrees of longitude, on the first contour where the PSD score is 0.5.',
  },
  lambdaXKm: {
    group: 'metric',
    symbol: 'λx',
    label: 'effective spatial resolution along the track',
    unit: 'km',
    better: 'lower',
    decimals: 0,
    column: 'lambda_x_km',
    attribute: 'lambda_x_km',
    latex: '$\\lambda_x$ (km)',
    values: 'positive',
    presence: 'null',
    publicTest: 'two digits',
    definition: 'Wavelength along the withheld track, in km, at which the PSD score is 0.5.',
  },
  lambdaTDays: {
    group: 'metric',
    symbol: 'λt',
    label: 'effective temporal resolution',
    unit: 'days',
    better: 'lower',
    decimals: 2,
    column: 'lambda_t_days',
    attribute: 'lambda_t_days',
    latex: '$\\lambda_t$ (days)',
    values: 'positive',
    presence: 'null',
    publicTest: 'two digits',
    definition: 'Shortest period, in days, on the first contour where the PSD score is 0.5.',
  },
  rmseM: {
    group: 'error',
    symbol: 'RMSE',
    label: 'RMSE',
    unit: 'm',
    better: 'lower',
    decimals: 4,
    column: 'rmse_m',
    attribute: 'rmse_m',
    latex: 'RMSE (m)',
    values: 'not negative',
    presence: 'always',
    publicTest: 'standard error',
    definition: 'Root mean square of reconstruction − reference, over every day and grid point together.',
    alongTrackDefinition: 'Root mean square of map − track, over every point of the track together.',
  },
  explainedVariance: {
    group: 'error',
    symbol: 'EV',
    label: 'explained variance',
    unit: '',
    better: 'higher',
    decimals: 3,
    column: 'explained_variance',
    attribute: 'explained_variance',
    latex: 'explained variance',
    values: 'at most 1',
    presence: 'optional',
    publicTest: 2,
    definition:
      '1 − variance of the error ÷ variance of the reference, each about its own mean, over every day and grid point together. 1 is perfect; a constant offset costs nothing.',
    alongTrackDefinition:
      '1 − variance of the error ÷ variance of the track, each about its own mean, over every point of the track together. 1 is perfect; a constant offset costs nothing.',
  },
  largestErrorM: {
    group: 'error',
    symbol: 'max',
    label: 'largest error',
    unit: 'm',
    better: 'lower',
    decimals: 3,
    column: 'largest_error_m',
    attribute: 'largest_error_m',
    latex: 'largest error (m)',
    values: 'not negative',
    presence: 'optional',
    definition: 'Largest difference between reconstruction and reference, of any day and grid point.',
    alongTrackDefinition: 'Largest difference between map and track, of any point of the track.',
  },
  varianceRatio: {
    group: 'smoothness',
    symbol: 'var ÷ var',
    label: 'variance ratio',
    unit: '',
    better: 'one',
    decimals: 2,
    column: 'variance_ratio',
    attribute: 'variance_ratio',
    latex: 'variance ratio',
    values: 'not negative',
    presence: 'null',
    publicTest: 2,
    definition:
      'Variance of the reconstructed heights ÷ that of the truth, over every day and point. 1 is best; below 1 is too smooth.',
  },
  gradientRatio: {
    group: 'smoothness',
    symbol: '|∇| ÷ |∇|',
    label: 'gradient ratio',
    unit: '',
    better: 'one',
    decimals: 2,
    column: 'gradient_rms_ratio',
    attribute: 'gradient_rms_ratio',
    latex: 'gradient ratio',
    values: 'not negative',
    presence: 'null',
    publicTest: 2,
    definition:
      'RMS of the slope of the sea surface (speed of the geostrophic current) ÷ that of the truth. 1 is best; below 1 is too smooth.',
  },
  vorticityRatio: {
    group: 'smoothness',
    symbol: 'ζ ÷ ζ',
    label: 'vorticity ratio',
    unit: '',
    better: 'one',
    decimals: 2,
    column: 'vorticity_rms_ratio',
    attribute: 'vorticity_rms_ratio',
    latex: 'vorticity ratio',
    values: 'not negative',
    presence: 'null',
    publicTest: 2,
    definition:
      'RMS of the geostrophic relative vorticity g/f·∇²SSH ÷ that of the truth. 1 is best; below 1 is too smooth, above 1 is noise.',
  },
  spectralSlope: {
    group: 'smoothness',
    symbol: 'slope',
    label: 'spectral slope',
    unit: '',
    better: 'truth',
    decimals: 1,
    column: 'spectral_slope',
    attribute: 'spectral_slope',
    latex: 'spectral slope',
    values: 'any',
    presence: 'null',
    publicTest: 1,
    definition:
      'Slope of the zonal wavenumber spectrum of height between the stated wavelengths. Best where it equals the slope of the truth; steeper is too smooth.',
  },
  truthSpectralSlope: {
    group: 'truth',
    symbol: 'slope of the truth',
    label: 'spectral slope of the truth',
    unit: '',
    better: 'truth',
    decimals: 1,
    column: 'spectral_slope_of_reference',
    attribute: 'spectral_slope_of_reference',
    latex: 'spectral slope of the truth',
    values: 'any',
    presence: 'null',
    publicTest: 1,
    definition: 'The spectral slope of the truth.',
  },
} as const satisfies Record<string, ScoreRow>;

export type ScoreKey = keyof typeof TABLE;
type KeyOf<Group extends ScoreRow['group']> = {
  [Key in ScoreKey]: (typeof TABLE)[Key]['group'] extends Group ? Key : never;
}[ScoreKey];

/** The table of scores, in the order of columns. */
export const SCORE_TABLE: {
  readonly [Key in ScoreKey]: ScoreRow & Pick<(typeof TABLE)[Key], 'better'>;
} = TABLE;

function keysOf<Group extends ScoreRow['group']>(...groups: readonly Group[]): readonly KeyOf<Group>[] {
  return (Object.keys(TABLE) as ScoreKey[]).filter((key): key is KeyOf<Group> =>
    groups.some((group) => group === TABLE[key].group),
  );
}

/** What boards rank by. */
export const METRICS = keysOf('metric');
export type Metric = KeyOf<'metric'>;
/** What `Scores` hold. */
export const SCORE_KEYS = keysOf('metric', 'error');
/** Sizes of the error beside the metrics. */
export const ERROR_KEYS = keysOf('error');
export type ErrorKey = KeyOf<'error'>;
/** Beside the metrics and the RMSE. */
export const FURTHER_SCORE_KEYS = SCORE_KEYS.filter(
  (key): key is FurtherScoreKey => SCORE_TABLE[key].presence === 'optional',
);
export type FurtherScoreKey = {
  [Key in KeyOf<'error'>]: (typeof TABLE)[Key]['presence'] extends 'optional' ? Key : never;
}[KeyOf<'error'>];
/** The over-smoothing meter. */
export const PHYSICS_COLUMNS = keysOf('smoothness');
export type PhysicsColumn = KeyOf<'smoothness'>;
/** What `Physics` hold. */
export const PHYSICS_KEYS = keysOf('smoothness', 'truth');

export type PresenceOf<Key extends ScoreKey> = (typeof TABLE)[Key]['presence'];

/** Values of some rows: a number, null or nothing as each row says. */
export type ScoreValues<Key extends ScoreKey> = {
  -readonly [K in Key as (typeof TABLE)[K]['presence'] extends 'always' ? K : never]: number;
} & {
  -readonly [K in Key as (typeof TABLE)[K]['presence'] extends 'null' ? K : never]: number | null;
} & {
  -readonly [K in Key as (typeof TABLE)[K]['presence'] extends 'optional' ? K : never]?:
    | number
    | null
    | undefined;
};

export function columnNames(keys: readonly ScoreKey[]): string[] {
  return keys.map((key) => SCORE_TABLE[key].column);
}

/** Values by the names of their columns; null where there is none. */
export function columnsOf<Key extends ScoreKey>(
  keys: readonly Key[],
  values: { readonly [K in Key]?: number | null | undefined } | null,
): Record<string, number | null> {
  return Object.fromEntries(keys.map((key) => [SCORE_TABLE[key].column, values?.[key] ?? null]));
}

const GRIDDED_METRICS = ['mu', 'sigma', 'lambdaXDeg', 'lambdaTDays'] as const;
const ALONG_TRACK_METRICS = ['mu', 'sigma', 'lambdaXKm'] as const;

/** The metrics of a protocol, in the community's order of columns. */
export const METRICS_OF_PROTOCOL: Record<Protocol, readonly Metric[]> = {
  'osse-2020a': GRIDDED_METRICS,
  'osse-natl': GRIDDED_METRICS,
  'ose-2021a': ALONG_TRACK_METRICS,
  'ose-along-track': ALONG_TRACK_METRICS,
};

/** What a score means under a protocol. */
export function scoreDefinition(key: ScoreKey, protocol: Protocol): string {
  const { definition, alongTrackDefinition } = SCORE_TABLE[key];
  const isAlongTrack = METRICS_OF_PROTOCOL[protocol] === ALONG_TRACK_METRICS;
  return (isAlongTrack ? alongTrackDefinition : undefined) ?? definition;
}
