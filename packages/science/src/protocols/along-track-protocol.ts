/** Same strings as in the contracts. */
export type AlongTrackProtocolId = 'ose-2021a' | 'ose-along-track';

/** The exact definition of a set of along-track scores; every constant that a score depends on. */
export type AlongTrackProtocol = {
  readonly id: AlongTrackProtocolId;
  /** Points count this far inside the scored box, degrees, edges included. */
  readonly insetDeg: number;
  /** A UTC day with fewer points has no daily score. */
  readonly minimumPointsPerDay: number;
  /** Time between two samples of the withheld altimeter, seconds, and its speed over the ground, km/s. */
  readonly samplingSeconds: number;
  readonly groundSpeedKmPerS: number;
  /** A longer pause, seconds, cuts the track into pieces. */
  readonly longestGapSeconds: number;
  /** Length of a segment, km; it is cut to whole samples. */
  readonly segmentLengthKm: number;
  /** A segment starts every so many segment lengths along a piece; cut to whole samples. */
  readonly segmentStepFraction: number;
  /** The PSD score at which λx is read. */
  readonly scoreLevel: number;
  /**
   * Where pieces start and end. `gap-indices`: a piece runs from the last sample before its gap (which belongs to the
   * piece before) to the last sample of its own, exclusive; what follows the last gap is never used. `whole`: every
   * sample from one gap to the next.
   */
  readonly pieces: 'gap-indices' | 'whole';
  /**
   * Which crossing is λx. `sorted-scores`: between the two scores that are next to the level when all are sorted, wherever
   * they lie in the spectrum, the mean (of infinite wavelength) included. `first-fall`: the first fall from long to short
   * wavelengths, without the mean.
   */
  readonly crossing: 'sorted-scores' | 'first-fall';
  /** Whether λx is cut to a whole number of km. */
  readonly lambdaRounding: 'whole-km' | 'none';
};

/** km between two samples. */
export function sampleSpacingKm(protocol: AlongTrackProtocol): number {
  return protocol.groundSpeedKmPerS * protocol.samplingSeconds;
}

/** Samples of one segment. */
export function segmentSampleCount(protocol: AlongTrackProtocol): number {
  return Math.trunc(protocol.segmentLengthKm / sampleSpacingKm(protocol));
}

/** Samples from the start of one segment to that of the next. */
export function segmentStepCount(protocol: AlongTrackProtocol): number {
  return Math.trunc(segmentSampleCount(protocol) * protocol.segmentStepFraction);
}
