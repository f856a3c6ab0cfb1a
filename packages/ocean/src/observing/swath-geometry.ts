import {
  groundSpeedKmPerS,
  groundTrack,
  sampleNumber,
  createTrackPropagator,
  type GroundTrack,
  type TrackBox,
} from './ground-track.js';
import { EARTH_RADIUS_M, ELLIPSOID_E2 } from './repeat-orbit.js';
import type { Satellite } from './satellite.js';

/** Edges of each of the two swaths of KaRIn, km from the ground track. */
export const SWATH_INNER_KM = 10;
export const SWATH_OUTER_KM = 60;
/** Cells of the 2020a challenge, km along and across the track: 52 of them across. */
export const DEFAULT_POSTING_KM = 2;
/** Finest and coarsest posting, km: the noise levels refer to cells of a few km², and a swath is 50 km wide. */
const POSTING_RANGE_KM = { least: 0.25, most: 25 } as const;

/** Lines of two swaths along a track. Cell arrays are [line, cell] in C order. */
export type SwathLines = {
  /** The ground track at the lines. */
  track: GroundTrack;
  /** Distance of the cells from the track, km, shape [cell]; negative to the left of the flight. */
  acrossTrackKm: Float64Array;
  /** Geodetic, degrees north. */
  latDeg: Float64Array;
  /** Degrees east in [−180, 180). */
  lonDeg: Float64Array;
};

export type SwathOptions = {
  /** Days since 1950-01-01 UTC; the first instant that may be sampled. */
  startDays: number;
  /** The first instant that may not. */
  endDays: number;
  /** Lines of which no cell can be inside are left out; cells outside are not. */
  box: TrackBox;
  /** Distance between lines and between cells, km. */
  postingKm: number;
};

/**
 * Distances of the cells from the ground track: from 10 to 60 km on both sides, every `postingKm`.
 *
 * @returns km, ascending, negative to the left.
 * @throws RangeError for a posting outside 0.25…25 km.
 */
export function acrossTrackKm(postingKm: number): Float64Array {
  if (!(postingKm >= POSTING_RANGE_KM.least && postingKm <= POSTING_RANGE_KM.most)) {
    throw new RangeError(
      `cells of a swath are ${POSTING_RANGE_KM.least} to ${POSTING_RANGE_KM.most} km apart, found ${postingKm}`,
    );
  }
  const count = Math.floor((SWATH_OUTER_KM - SWATH_INNER_KM) / postingKm + 1e-9) + 1;
  return Float64Array.from({ length: 2 * count }, (_, cell) =>
    cell < count
      ? -(SWATH_INNER_KM + (count - 1 - cell) * postingKm)
      : SWATH_INNER_KM + (cell - count) * postingKm,
  );
}

/** The satellite with the sampling of its swath's lines: one every `postingKm` of its way over the ground. */
export function swathSatellite(satellite: Satellite, postingKm: number): Satellite {
  return { ...satellite, samplingSeconds: postingKm / groundSpeedKmPerS(satellite) };
}

/**
 * Places of the cells of two swaths, on the ellipsoid: each lies on the normal section across the track's direction over the
 * turning Earth, at its distance from the track.
 *
 * Three cells of each side are placed exactly and the others by the parabola through them, which is off by less than 0.2 m.
 *
 * @throws RangeError if the period is empty or the posting impossible.
 */
export function swathLines(satellite: Satellite, options: SwathOptions): SwathLines {
  const across = acrossTrackKm(options.postingKm);
  const lineSatellite = swathSatellite(satellite, options.postingKm);
  const track = groundTrack(lineSatellite, { ...options, box: widened(options.box) });
  const lineCount = track.timeDays.length;
  const cellCount = across.length;
  const latDeg = new Float64Array(lineCount * cellCount);
  const lonDeg = new Float64Array(lineCount * cellCount);
  const propagator = createTrackPropagator(satellite);
  const stepDays = lineSatellite.samplingSeconds / 86_400;
  const locate = (elapsedDays: number, result: Float64Array): void => {
    const argument = propagator.argument(elapsedDays);
    const latitude = propagator.latitudeDeg(argument, propagator.sineLatitude(argument));
    toCartesian(latitude, propagator.longitudeDeg(elapsedDays, argument), result);
  };
  let [behind, nadir, ahead] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
  const anchors = sideAnchors(across);
  const anchorLat = new Float64Array(6);
  const anchorLon = new Float64Array(6);
  for (let line = 0; line < lineCount; line++) {
    // Whole numbers of steps, as the track itself is made: the same bits however the period is cut.
    const sample = sampleNumber(lineSatellite, track.timeDays[line]!);
    const lat = track.latDeg[line]!;
    const lon = track.lonDeg[line]!;
    // The direction of flight by the lines before and after, which mostly are at hand.
    const isNext = line > 0 && track.timeDays[line]! - track.timeDays[line - 1]! < 1.5 * stepDays;
    [behind, nadir, ahead] = [nadir, ahead, behind];
    if (!isNext) {
      locate((sample - 1) * stepDays, behind);
      toCartesian(lat, lon, nadir);
    }
    locate((sample + 1) * stepDays, ahead);
    // Normal of the ellipsoid, and the unit vector to the right of the flight: direction × normal.
    const cosineLat = Math.cos((lat * Math.PI) / 180);
    const normalX = cosineLat * Math.cos((lon * Math.PI) / 180);
    const normalY = cosineLat * Math.sin((lon * Math.PI) / 180);
    const normalZ = Math.sin((lat * Math.PI) / 180);
    const alongX = ahead[0]! - behind[0]!;
    const alongY = ahead[1]! - behind[1]!;
    const alongZ = ahead[2]! - behind[2]!;
    let rightX = alongY * normalZ - alongZ * normalY;
    let rightY = alongZ * normalX - alongX * normalZ;
    let rightZ = alongX * normalY - alongY * normalX;
    const length = Math.hypot(rightX, rightY, rightZ);
    rightX /= length;
    rightY /= length;
    rightZ /= length;
    const curvature = 1 / sectionRadiusM(normalZ, rightZ / cosineLat);
    for (let anchor = 0; anchor < 6; anchor++) {
      const distance = anchors.distanceKm[anchor]! * 1000;
      const sink = 0.5 * distance * distance * curvature;
      // The arc is a little longer than its projection on the tangent plane.
      const reach = distance * (1 - (distance * distance * curvature * curvature) / 6);
      const x = nadir[0]! + reach * rightX - sink * normalX;
      const y = nadir[1]! + reach * rightY - sink * normalY;
      const z = nadir[2]! + reach * rightZ - sink * normalZ;
      anchorLat[anchor] = (Math.atan2(z, Math.hypot(x, y) * (1 - ELLIPSOID_E2)) * 180) / Math.PI;
      // Beside the nadir's longitude, so that the parabola does not run across the date line.
      const turn = (Math.atan2(y, x) * 180) / Math.PI - lon;
      anchorLon[anchor] = lon + turn - 360 * Math.round(turn / 360);
    }
    for (let cell = 0; cell < cellCount; cell++) {
      const first = cell < cellCount / 2 ? 0 : 3;
      const a = anchors.weights[3 * cell]!;
      const b = anchors.weights[3 * cell + 1]!;
      const c = anchors.weights[3 * cell + 2]!;
      const at = line * cellCount + cell;
      latDeg[at] = a * anchorLat[first]! + b * anchorLat[first + 1]! + c * anchorLat[first + 2]!;
      const cellLon = a * anchorLon[first]! + b * anchorLon[first + 1]! + c * anchorLon[first + 2]!;
      lonDeg[at] =
        cellLon >= -180 && cellLon < 180 ? cellLon : cellLon - 360 * Math.floor((cellLon + 180) / 360);
    }
  }
  return { track, acrossTrackKm: across, latDeg, lonDeg };
}

/** Three distances on each side, and the weights of the parabola through them for every cell. */
function sideAnchors(across: Float64Array): { distanceKm: Float64Array; weights: Float64Array } {
  const middle = (SWATH_INNER_KM + SWATH_OUTER_KM) / 2;
  const distanceKm = Float64Array.of(
    -SWATH_OUTER_KM,
    -middle,
    -SWATH_INNER_KM,
    SWATH_INNER_KM,
    middle,
    SWATH_OUTER_KM,
  );
  const weights = new Float64Array(3 * across.length);
  across.forEach((x, cell) => {
    const [p, q, r] = x < 0 ? distanceKm.subarray(0, 3) : distanceKm.subarray(3);
    weights[3 * cell] = ((x - q!) * (x - r!)) / ((p! - q!) * (p! - r!));
    weights[3 * cell + 1] = ((x - p!) * (x - r!)) / ((q! - p!) * (q! - r!));
    weights[3 * cell + 2] = ((x - p!) * (x - q!)) / ((r! - p!) * (r! - q!));
  });
  return { distanceKm, weights };
}

/** A box that holds the ground track of every line with a cell inside. */
function widened({ west, east, south, north }: TrackBox): TrackBox {
  const latDeg = 0.6; // 60 km is 0.54°
  const highest = Math.min(89, Math.max(Math.abs(south), Math.abs(north)) + latDeg);
  const lonDeg = latDeg / Math.cos((highest * Math.PI) / 180);
  const isAround = west - lonDeg < -180 || east + lonDeg >= 180;
  return {
    west: isAround ? -180 : west - lonDeg,
    east: isAround ? 180 : east + lonDeg,
    south: south - latDeg,
    north: north + latDeg,
  };
}

/** Radius of curvature of the section across the track, m. Source: Euler's formula. */
function sectionRadiusM(sineLatitude: number, cosineAzimuth: number): number {
  const w2 = 1 - ELLIPSOID_E2 * sineLatitude * sineLatitude;
  const primeVertical = EARTH_RADIUS_M / Math.sqrt(w2);
  const meridian = (primeVertical * (1 - ELLIPSOID_E2)) / w2;
  const cosine2 = cosineAzimuth * cosineAzimuth;
  return 1 / (cosine2 / meridian + (1 - cosine2) / primeVertical);
}

/** A point on the ellipsoid, m from the Earth's centre. */
function toCartesian(latDeg: number, lonDeg: number, result: Float64Array): void {
  const lat = (latDeg * Math.PI) / 180;
  const lon = (lonDeg * Math.PI) / 180;
  const sine = Math.sin(lat);
  const primeVertical = EARTH_RADIUS_M / Math.sqrt(1 - ELLIPSOID_E2 * sine * sine);
  const axis = primeVertical * Math.cos(lat);
  result[0] = axis * Math.cos(lon);
  result[1] = axis * Math.sin(lon);
  result[2] = primeVertical * (1 - ELLIPSOID_E2) * sine;
}
