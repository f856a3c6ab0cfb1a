import { MEAN_RADIUS_M } from '../earth.js';
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

/** A satellite's place below itself at any instant; counts days from the node that its elements name. */
export type TrackPropagator = {
  /** Argument of latitude, radians, not reduced. */
  argument(elapsedDays: number): number;
  /** Sine of the geocentric latitude at an argument of latitude. */
  sineLatitude(argument: number): number;
  /** Degrees east in [−180, 180). */
  longitudeDeg(elapsedDays: number, argument: number): number;
  /** Geodetic, degrees north. */
  latitudeDeg(argument: number, sineLatitude: number): number;
  /** Half revolutions since the southernmost point before the reference node: whole numbers start passes. */
  passPhase(elapsedDays: number): number;
  /** Largest change of the sine of the latitude in a day. */
  largestSineRatePerDay: number;
};

/**
 * Prepares the motion of a satellite: the argument of latitude and the longitude of the node advance evenly, at the rates that
 * close the track exactly after one repeat cycle.
 */
export function createTrackPropagator(satellite: Satellite): TrackPropagator {
  const orbit = repeatOrbit(satellite);
  const inclination = (satellite.inclinationDeg * Math.PI) / 180;
  const sineInclination = Math.sin(inclination);
  const cosineInclination = Math.cos(inclination);
  const revolutionsPerDay = satellite.revolutionsPerRepeat / satellite.repeatDays;
  const nodeTurnsPerDay = orbit.nodalDaysPerRepeat / satellite.repeatDays;
  const { eccentricity, nodeLonDeg } = satellite;
  return {
    argument(elapsedDays) {
      const revolutions = elapsedDays * revolutionsPerDay;
      const meanArgument = (revolutions - Math.floor(revolutions)) * 2 * Math.PI;
      return trueLatitudeArgument(meanArgument, eccentricity);
    },
    sineLatitude: (argument) => sineInclination * Math.sin(argument),
    longitudeDeg(elapsedDays, argument) {
      const fromNode = Math.atan2(cosineInclination * Math.sin(argument), Math.cos(argument));
      const nodeTurns = elapsedDays * nodeTurnsPerDay;
      return wrapLongitude(
        nodeLonDeg - 360 * (nodeTurns - Math.floor(nodeTurns)) + (fromNode * 180) / Math.PI,
      );
    },
    latitudeDeg(argument, sineLatitude) {
      const radius = orbit.semiMajorAxisM * (1 - eccentricity * Math.sin(argument));
      return (geodeticLatitude(sineLatitude, radius) * 180) / Math.PI;
    },
    passPhase: (elapsedDays) => 2 * (elapsedDays * revolutionsPerDay) + 0.5,
    largestSineRatePerDay: sineInclination * 2 * Math.PI * revolutionsPerDay * (1 + 2 * eccentricity),
  };
}

/**
 * Ground track of a satellite, sampled every `samplingSeconds`.
 *
 * The sampling instants are counted from the satellite's reference crossing, so the track of a period does not depend on how
 * the period is cut.
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
  const propagator = createTrackPropagator(satellite);
  const stepDays = satellite.samplingSeconds / 86_400;
  const passesPerCycle = 2 * satellite.revolutionsPerRepeat;
  // Geodetic and geocentric latitude differ by less than 0.2°: a cheap first test before the exact one.
  const sineSouth = box ? Math.sin(((box.south - 0.25) * Math.PI) / 180) : -2;
  const sineNorth = box ? Math.sin((Math.min(90, box.north + 0.25) * Math.PI) / 180) : 2;
  const sinePerSample = propagator.largestSineRatePerDay * stepDays;

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
    const argument = propagator.argument(elapsedDays);
    const sineLatitude = propagator.sineLatitude(argument);
    if (sineLatitude < sineSouth || sineLatitude > sineNorth) {
      // Nothing that comes before the satellite can have reached the box needs a look.
      const distance = sineLatitude < sineSouth ? sineSouth - sineLatitude : sineLatitude - sineNorth;
      sample += Math.max(0, Math.floor(distance / sinePerSample) - 1);
      continue;
    }
    const longitude = propagator.longitudeDeg(elapsedDays, argument);
    if (box && (longitude < box.west || longitude > box.east)) continue;
    const latitude = propagator.latitudeDeg(argument, sineLatitude);
    if (box && (latitude < box.south || latitude > box.north)) continue;
    if (count === capacity) {
      capacity *= 2;
      timeDays = grown(timeDays, new Float64Array(capacity));
      latDeg = grown(latDeg, new Float64Array(capacity));
      lonDeg = grown(lonDeg, new Float64Array(capacity));
      cycle = grown(cycle, new Int32Array(capacity));
      pass = grown(pass, new Int32Array(capacity));
    }
    // A pass runs from the southernmost to the northernmost point or back: it is a quarter turn older than its node.
    const passesSinceReference = Math.floor(propagator.passPhase(elapsedDays));
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

/** Number of a sample, counted from the satellite's reference crossing; `timeDays` is one of the track's instants. */
export function sampleNumber(satellite: Satellite, timeDays: number): number {
  return Math.round(((timeDays - satellite.nodeTimeDays) * 86_400) / satellite.samplingSeconds);
}

/**
 * Speed of the point below a satellite over the turning Earth, km/s, on a sphere: that at the equator, which differs by less
 * than 1 % from that anywhere else for the satellites here.
 */
export function groundSpeedKmPerS(satellite: Satellite): number {
  const orbit = repeatOrbit(satellite);
  const inclination = (satellite.inclinationDeg * Math.PI) / 180;
  const radiansPerS = (2 * Math.PI) / orbit.nodalPeriodSeconds;
  const nodeRadiansPerS = (2 * Math.PI * orbit.nodalDaysPerRepeat) / (satellite.repeatDays * 86_400);
  return (
    (MEAN_RADIUS_M / 1000) *
    Math.hypot(radiansPerS * Math.cos(inclination) - nodeRadiansPerS, radiansPerS * Math.sin(inclination))
  );
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
