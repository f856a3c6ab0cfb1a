import {
  segmentSampleCount,
  segmentStepCount,
  type AlongTrackProtocol,
} from '../protocols/along-track-protocol.js';

const SECONDS_PER_DAY = 86_400;
/** Times in days carry round-off of 1e-7 s; samples come about one a second. */
const TIME_ROUND_OFF_S = 1e-5;

/** A run of samples: first included, end excluded. */
export type TrackPiece = { readonly start: number; readonly end: number };

/**
 * Pieces of track between gaps, as the protocol counts them (`AlongTrackProtocol.pieces`).
 *
 * @param timeDays - ascending, shape `[N]`.
 */
export function trackPieces(timeDays: Float64Array, protocol: AlongTrackProtocol): TrackPiece[] {
  const gaps: number[] = []; // index of the last sample before each gap
  for (let index = 0; index + 1 < timeDays.length; index++) {
    const pauseSeconds = (timeDays[index + 1]! - timeDays[index]!) * SECONDS_PER_DAY;
    if (pauseSeconds > protocol.longestGapSeconds + TIME_ROUND_OFF_S) gaps.push(index);
  }
  if (protocol.pieces === 'gap-indices')
    return gaps.map((end, piece) => ({ start: piece === 0 ? 0 : gaps[piece - 1]!, end }));
  const ends = [...gaps, timeDays.length - 1].map((last) => last + 1);
  return ends
    .map((end, piece) => ({ start: piece === 0 ? 0 : ends[piece - 1]!, end }))
    .filter((piece) => piece.end > piece.start);
}

/**
 * First sample of every segment, in order. `gap-indices` also leaves out the segment that would end with the piece,
 * as the challenge's loop does.
 *
 * @param timeDays - ascending, shape `[N]`.
 */
export function segmentStarts(timeDays: Float64Array, protocol: AlongTrackProtocol): number[] {
  const sampleCount = segmentSampleCount(protocol);
  const step = segmentStepCount(protocol);
  return trackPieces(timeDays, protocol).flatMap(({ start, end }) => {
    const lastStart = protocol.pieces === 'gap-indices' ? end - sampleCount - 1 : end - sampleCount;
    return Array.from(
      { length: Math.max(0, Math.floor((lastStart - start) / step) + 1) },
      (_, index) => start + index * step,
    );
  });
}
