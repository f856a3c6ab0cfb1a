import { geodeticLatitude, repeatOrbit } from './repeat-orbit.js';
import type { Satellite } from './satellite.js';

/** Degrees, closed on all sides; longitudes in [−180, 180), west < east. */
export type TrackBox = { west: number; east: number; south: number; north: number };

/** Points below one satellite, in time order. All arrays have one entry per point. */
export type GroundTrack = {
  satellite: Satellite;
  /** Days since 1950-01-01 UTC. */
  timeDays: Float64Array;
  /** Geodetic, degrees north. */
  latDeg: Float64Array;
  /** Degrees east in [−180, 180). */
  lonDeg: Float64Array;
  cycle: Int32Array;
  /** 1 … 2 × revolutions; odd passes ascend. */
  pass: Int32Array;
};

export type GroundTrackOptions = {
  /** Days since 1950-01-01 UTC; the first instant that may be sampled. */
  startDays: number;
  /** The first instant that may not: two adjoining periods share no sample. */
  endDays: number;
  /** Points outside are left out; default: the whole Earth. */
  box?: TrackBox;
};

/** Samples that are computed before the arrays grow. */
const FIRST_CAPACITY = 4096;

/**
 * Ground track of a satellite, sampled every `samplingSeconds`.
 *
 * The argument of latitude and the longitude of the node advance evenly, at the rates that close the track exactly after
 * one repeat cycle; the sampling instants are counted from the satellite's reference crossing, so the track of a period
 * does not depend on how the period is cut.
 *
 * Differs: real altimeters follow their nominal track to ±1 km and vary their height; drag, manoeuvres and short-period
 * perturbations are left out.
 * @throws RangeError if the period is empty or not finite.
 */
export function groundTrack(satellite: Satellite, options: GroundTrackOptions): GroundTrack {
  const { startDays, endDays, box } = options;
  if (!(startDays < endDays) || !Number.isFinite(endDays - startDays)) {
    throw new RangeError(
      `the period of a ground track must have start < end, found ${startDays} … ${endDays}`,
    );
  }
  const orbit = repeatOrbit(satellite);
  const inclination = (satellite.inclinationDeg * Math.PI) / 180;
  const sineInclination = Math.sin(inclination);
  const cosineInclination = Math.cos(inclination);
  const stepDays = satellite.samplingSeconds / 86_400;
  const revolutionsPerDay = satellite.revolutionsPerRepeat / satellite.repeatDays;
  const nodeTurnsPerDay = orbit.nodalDaysPerRepeat / satellite.repeatDays;
  const passesPerCycle = 2 * satellite.revolutionsPerRepeat;
  // Geodetic and geocentric latitude differ by less than 0.2°: a cheap first test before the exact one.
  const sineSouth = box ? Math.sin(((box.south - 0.25) * Math.PI) / 180) : -2;
  const sineNorth = box ? Math.sin((Math.min(90, box.north + 0.25) * Math.PI) / 180) : 2;

  let capacity = FIRST_CAPACITY;
  let timeDays = new Float64Array(capacity);
  let latDeg = new Float64Array(capacity);
  let lonDeg = new Float64Array(capacity);
  let cycle = new Int32Array(capacity);
  let pass = new Int32Array(capacity);
  let count = 0;

  const firstSample = Math.ceil((startDays - satellite.nodeTimeDays) / stepDays);
  for (let sample = firstSample; ; sample++) {
    const elapsedDays = sample * stepDays;
    const time = satellite.nodeTimeDays + elapsedDays;
    if (time >= endDays) break;
    if (time < startDays) continue;
    const revolutions = elapsedDays * revolutionsPerDay;
    const meanArgument = (revolutions - Math.floor(revolutions)) * 2 * Math.PI;
    const argument = trueLatitudeArgument(meanArgument, satellite.eccentricity);
    const sineLatitude = sineInclination * Math.sin(argument);
    if (sineLatitude < sineSouth || sineLatitude > sineNorth) continue;
    const radius = orbit.semiMajorAxisM * (1 - satellite.eccentricity * Math.sin(argument));
    const latitude = (geodeticLatitude(sineLatitude, radius) * 180) / Math.PI;
    const fromNode = Math.atan2(cosineInclination * Math.sin(argument), Math.cos(argument));
    const nodeTurns = elapsedDays * nodeTurnsPerDay;
    const longitude = wrapLongitude(
      satellite.nodeLonDeg - 360 * (nodeTurns - Math.floor(nodeTurns)) + (fromNode * 180) / Math.PI,
    );
    if (
      box &&
      (latitude < box.south || latitude > box.north || longitude < box.west || longitude > box.east)
    ) {
      continue;
    }
    if (count === capacity) {
      capacity *= 2;
      timeDays = grown(timeDays, new Float64Array(capacity));
      latDeg = grown(latDeg, new Float64Array(capacity));
      lonDeg = grown(lonDeg, new Float64Array(capacity));
      cycle = grown(cycle, new Int32Array(capacity));
      pass = grown(pass, new Int32Array(capacity));
    }
    // A pass runs from the southernmost to the northernmost point or back: it is a quarter turn older than its node.
    const passesSinceReference = Math.floor(2 * revolutions + 0.5);
    const cyclesSinceReference = Math.floor(passesSinceReference / passesPerCycle);
    timeDays[count] = time;
    latDeg[count] = latitude;
    lonDeg[count] = longitude;
    cycle[count] = satellite.referenceCycle + cyclesSinceReference;
    pass[count] = passesSinceReference - cyclesSinceReference * passesPerCycle + 1;
    count++;
  }
  return {
    satellite,
    timeDays: timeDays.slice(0, count),
    latDeg: latDeg.slice(0, count),
    lonDeg: lonDeg.slice(0, count),
    cycle: cycle.slice(0, count),
    pass: pass.slice(0, count),
  };
}

/**
 * True argument of latitude of a frozen orbit (perigee at the northernmost point) whose mean argument advances evenly;
 * both count from the ascending node. First order in the eccentricity, which is about 1e-3: exact to 1e-6 rad.
 */
function trueLatitudeArgument(meanArgument: number, eccentricity: number): number {
  if (eccentricity === 0) return meanArgument;
  // At the node the true anomaly is −90°, so the equation of the centre is −2e there: taken off to keep node at node.
  return meanArgument + 2 * eccentricity * (Math.sin(meanArgument - Math.PI / 2) + 1);
}

function wrapLongitude(lonDeg: number): number {
  return lonDeg - 360 * Math.floor((lonDeg + 180) / 360);
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
