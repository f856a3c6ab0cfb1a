/** Same strings as in the contracts. */
export type ProtocolId = 'osse-2020a' | 'osse-natl';

/** The exact definition of a set of gridded scores; every constant that a score depends on. */
export type ScoreProtocol = {
  readonly id: ProtocolId;
  /** The PSD score whose contour gives λx and λt. */
  readonly contourLevel: number;
  /**
   * What a point without a reference value means for the spectrum of its latitude row:
   * `drop-row` leaves the whole row out; `zero-in-both` puts 0 m there in the reconstruction and in the reference.
   */
  readonly missingInSpectrum: 'drop-row' | 'zero-in-both';
};
