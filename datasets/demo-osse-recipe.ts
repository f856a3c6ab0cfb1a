import type { Box, Period } from '@sillage/contracts';
import { simulateArea, type OceanDay } from '@sillage/ocean';

/** A function that yields the sea day by day on the given nodes. */
export type SeaOfArea = (options: {
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** Days since 1950-01-01 UTC. */
  startDays: number;
  dayCount: number;
  withSst: boolean;
  onProgress: (progress: { stage: string; done: number; total: number }) => void;
}) => Iterator<OceanDay>;

export type AreaRecipe = {
  id: 'gf' | 'osmosis' | 'natl';
  name: string;
  /** What the challenge page says about the area, after the sentence that it is synthetic. */
  description: string;
  sea: SeaOfArea;
  scoredBox: Box;
  /** Nodes of the simulation that the satellites see, as whole thousandths of a degree so that they are exact. */
  firstLonMilliDeg: number;
  firstLatMilliDeg: number;
  spacingMilliDeg: number;
  lonCount: number;
  latCount: number;
  /** Nodes at each edge that the observations use but the shipped truth leaves out. */
  truthMarginNodes: number;
  /** The shipped truth keeps every so many-th node. */
  truthStep: number;
  /** Nodes of the baseline OI, degrees. */
  oiSpacingDeg: number;
  /** Whether points along tracks and swaths are shipped beside the gridded pseudo-observations; a basin has too many. */
  shipsTracks: boolean;
  /** Whether the noise ladder is one of its boards. */
  hasNoiseLadder: boolean;
};

/**
 * The reference 4DVarNet of an area: a checkpoint and its manifest in `datasets/demo-osse`. `evaluator/reference` trains it;
 * a build of the demo takes it as it is.
 */
export type NetworkRecipe = {
  area: AreaRecipe['id'];
  checkpoint: string;
  manifest: string;
  /** What it reads beside the observations, in the words of its description. */
  kind: string;
  /** The boards that it enters. */
  scenarios: readonly string[];
};

export type DemoRecipe = {
  areas: readonly AreaRecipe[];
  networks: readonly NetworkRecipe[];
  spinUp: Period;
  evaluation: Period;
  /** Last day of the observations: the OI of the last evaluation day reads 14 days further. */
  lastObservationDay: string;
  /** Days of OI before and after the evaluation period: a network that reads it sees half a window around each day that it maps. */
  oiMarginDays: number;
  /** Seed of the observation errors of the noise ladder. */
  errorSeed: number;
  /** Size of the KaRIn cells, along and across, km; the real product has 2 km, eleven times as many points. */
  karinSpacingKm: number;
};

const networkOf = (area: AreaRecipe['id'], kind: string): NetworkRecipe => ({
  area,
  checkpoint: `4dvarnet-${area}.pt`,
  manifest: `4dvarnet-${area}.yaml`,
  kind,
  scenarios: ['nadir4', 'swot1-nadir4'],
});

const seaOf =
  (area: AreaRecipe['id']): SeaOfArea =>
  (options) =>
    simulateArea({ area, ...options });

const GULF_STREAM: AreaRecipe = {
  id: 'gf',
  name: 'Gulf Stream (GF)',
  description:
    'Observations on 12° × 12° (66°W–54°W, 32°N–44°N); the inner 10° × 10° are scored on 200 × 200 nodes at 1/20°. A meandering front with rings.',
  sea: seaOf('gf'),
  scoredBox: { west: -65, east: -55, south: 33, north: 43 },
  firstLonMilliDeg: -65_975,
  firstLatMilliDeg: 32_025,
  spacingMilliDeg: 50,
  lonCount: 240,
  latCount: 240,
  truthMarginNodes: 10,
  truthStep: 1,
  oiSpacingDeg: 0.2,
  shipsTracks: true,
  hasNoiseLadder: true,
};

const OSMOSIS: AreaRecipe = {
  id: 'osmosis',
  name: 'OSMOSIS',
  description:
    'Observations on 10° × 12° (20.5°W–10.5°W, 44°N–56°N); the inner 8° × 10° are scored on 160 × 200 nodes at 1/20°. Calm: small eddies, no front.',
  sea: seaOf('osmosis'),
  scoredBox: { west: -19.5, east: -11.5, south: 45, north: 55 },
  firstLonMilliDeg: -20_475,
  firstLatMilliDeg: 44_025,
  spacingMilliDeg: 50,
  lonCount: 200,
  latCount: 240,
  truthMarginNodes: 10,
  truthStep: 1,
  oiSpacingDeg: 0.2,
  shipsTracks: true,
  hasNoiseLadder: false,
};

const NORTH_ATLANTIC: AreaRecipe = {
  id: 'natl',
  name: 'North Atlantic (NATL)',
  description:
    'The whole basin, 79°W–7°E, 27°N–65°N, with the real coastline: 345 × 153 nodes at 1/4°, land missing. The seas of GF and OSMOSIS lie inside it, so one basin map can be cut to all three areas.',
  sea: seaOf('natl'),
  scoredBox: { west: -79, east: 7, south: 27, north: 65 },
  firstLonMilliDeg: -79_000,
  firstLatMilliDeg: 27_000,
  spacingMilliDeg: 125,
  lonCount: 689,
  latCount: 305,
  truthMarginNodes: 0,
  truthStep: 2,
  oiSpacingDeg: 0.25,
  shipsTracks: false,
  hasNoiseLadder: false,
};

/** The demo as it ships. */
export const DEMO_OSSE: DemoRecipe = {
  areas: [GULF_STREAM, OSMOSIS, NORTH_ATLANTIC],
  networks: [
    networkOf('gf', 'A starter 4DVarNet that also reads OI of the observations'),
    networkOf('osmosis', 'A starter 4DVarNet'),
    networkOf('natl', 'A starter 4DVarNet that also reads the OI of the dataset'),
  ],
  spinUp: { start: '2012-10-01', end: '2012-10-21' },
  evaluation: { start: '2012-10-22', end: '2012-12-02' },
  lastObservationDay: '2012-12-15',
  oiMarginDays: 7,
  errorSeed: 20_121_001,
  karinSpacingKm: 5,
};
