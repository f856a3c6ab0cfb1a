export * from './days-since-1950.js';
export * from './errors.js';
export * from './grid.js';
export { createFft2d, type Fft2d } from './fft/fft-2d.js';
export { createFftPlan, type FftPlan } from './fft/fft-plan.js';
export { OSSE_2020A } from './protocols/osse-2020a.js';
export { OPEN_OCEAN_SEGMENT_DEG, OSSE_NATL } from './protocols/osse-natl.js';
export type { ProtocolId, ScoreProtocol } from './protocols/score-protocol.js';
export { SCORE_PROTOCOLS } from './protocols/score-protocols.js';
export { contourLines, firstContour, type ContourField, type ContourLine } from './spectra/first-contour.js';
export type { PsdScore, SpectrumSums } from './spectra/psd-score.js';
export type { LatitudeBand } from './statistics/statistic.js';
export {
  finishStatistic,
  mergeStatistics,
  STATISTIC_NAMES,
  statisticsOfMap,
  StatisticsCollector,
  type LatitudeRange,
  type MapFrame,
  type MapStatistics,
  type StatisticName,
} from './statistics/map-statistics.js';
export {
  furtherScoresOfMap,
  furtherScoresOfTrack,
  SCORE_STATISTICS,
  type ScoreStatisticName,
} from './scores/further-scores.js';
export type { DailyScores, DailySums } from './statistics/daily-sums.js';
export type { HolePlace } from './statistics/holes.js';
export {
  physicsDiagnostics,
  type PhysicsDiagnostics,
  type PhysicsStatistics,
} from './scores/physics-diagnostics.js';
export { alongTrackBandPowers, griddedBandPowers, type BandPowers } from './scores/band-powers.js';
export {
  openOceanResolution,
  requireCompleteCoverage,
  scoresFromStatistics,
  type EffectiveResolution,
  type GriddedScores,
  type HolePolicy,
  type OpenOceanResolution,
  type ScoreStatistics,
  type UnresolvedReason,
} from './scores/scores-from-statistics.js';
export * from './uncertainty/index.js';
export { gaussSeidelFill } from './regrid/gauss-seidel-fill.js';
export { createRegridder, regridTrilinear, type Regridder, type RegridOptions } from './regrid/regridder.js';
export {
  OI_2020A,
  optimalInterpolation,
  optimalInterpolationDay,
  type AlongTrackObservations,
  type CovarianceOptions,
} from './optimal-interpolation/optimal-interpolation.js';
export { OSE_2021A } from './protocols/ose-2021a.js';
export { OSE_ALONG_TRACK } from './protocols/ose-along-track.js';
export {
  sampleSpacingKm,
  segmentSampleCount,
  type AlongTrackProtocol,
  type AlongTrackProtocolId,
} from './protocols/along-track-protocol.js';
export { ALONG_TRACK_SCORE_PROTOCOLS } from './protocols/along-track-protocols.js';
export {
  alongTrackStatistics,
  mergeAlongTrackStatistics,
  type AlongTrackStatistics,
  type TrackDaySums,
} from './along-track-scores/along-track-statistics.js';
export {
  alongTrackDailyScores,
  alongTrackScores,
  alongTrackSpectrum,
  type AlongTrackDailyScores,
  type AlongTrackScores,
  type AlongTrackSpectrum,
} from './along-track-scores/along-track-scores.js';
export {
  createTrackInterpolator,
  interpolateToTrack,
  type TrackInterpolator,
} from './along-track-scores/interpolate-to-track.js';
export {
  pointsInside,
  withoutMissing,
  type TrackComparison,
  type TrackPlaces,
} from './along-track-scores/track-points.js';
export {
  createLatticeSystem,
  LATTICE_PARTS,
  type Allocate,
  type LatticeExtent,
  type LatticeSystem,
  type ObservationPlaces,
} from './optimal-interpolation/lattice-system.js';
export {
  createLatticeState,
  LatticeSolver,
  loadHeights,
  solveLattice,
  type LatticeProgress,
  type LatticeState,
  type LatticeTask,
} from './optimal-interpolation/lattice-solver.js';
export { latticeMap } from './optimal-interpolation/lattice-map.js';
export { coriolisParameter } from './earth.js';
export { geostrophicVorticity, gradientMagnitude, type MapGrid } from './derivatives/surface-derivatives.js';
export { boxLayout, type BoxLayout, type BoxSums } from './statistics/box-sums.js';
export type { ZonalBox, ZonalBoxes } from './statistics/box-spectra.js';
export {
  FIRST_TOLD_WAVENUMBER,
  type BoxResolution,
  type UnresolvedBoxReason,
} from './spectra/box-resolution.js';
export { resolutionBoxes, type ResolutionBoxes } from './spectra/resolution-boxes.js';
export { trackBoxes, type TrackBoxes, type TrackBoxResolution } from './along-track-scores/track-boxes.js';
export type { MapSpectra } from './statistics/map-spectra.js';
export { MistakeFinder, type MistakeFinderOptions, type Mistake } from './mistakes/mistake-finder.js';
