import { daysSince1950 } from '@sillage/science';

/** A nadir altimeter on an exact-repeat orbit, as published elements. */
export type Satellite = {
  /** Slug, as in `satellites` of a scenario. */
  id: string;
  name: string;
  /** Inclination, degrees; above 90 is retrograde. */
  inclinationDeg: number;
  /** Length of the exact-repeat cycle, days of 86 400 s. */
  repeatDays: number;
  /** Revolutions (node to node) in one cycle; a cycle has twice as many passes. */
  revolutionsPerRepeat: number;
  /** Days since 1950-01-01 UTC of an ascending equator crossing: the middle of pass 1 of `referenceCycle`. */
  nodeTimeDays: number;
  /** Longitude of that crossing, degrees east. */
  nodeLonDeg: number;
  referenceCycle: number;
  /** Time between two samples of the 1 Hz products, seconds. */
  samplingSeconds: number;
  /** Eccentricity of the frozen orbit; perigee stays at the northernmost point. 0 is a circle. */
  eccentricity: number;
};

/**
 * The satellites of the challenge's scenarios, in the order of their index in observation files.
 *
 * Source: repeat periods, node times, longitudes and sampling are the mission phases listed in the configuration of
 * the Radar Altimeter Database System (remkos/rads, conf/rads.xml): TOPEX phase b (interleaved), Jason-1 phase a,
 * Geosat phase b, Envisat phase b. The phases ended before 2012: like the 2020a challenge, Sillage flies them on.
 * SWOT: 292 revolutions in 20.86455 days (science) and 14 in 0.99349 days (calibration) at 77.6°. The node of the science
 * orbit is ours, not the flown one; that of the calibration orbit and the eccentricity come from CNES' ephemeris of it.
 * CryoSat-2: inclination, eccentricity and 5344 revolutions in 369 days as DGFI's OpenADB lists them; the days are nodal
 * ones (turns of the Earth under the orbit), 368.2407 days of 86 400 s under J2. Sampling is that of the 2021a challenge; its node is ours.
 * Eccentricities of the others are nominal values that were not checked against a source: e moves a point along its track
 * by up to 2·e·a (1.5 km for 0.000095, 11 km for 0.0008) and leaves the pattern of tracks as it is.
 */
export const SATELLITES = {
  'topex-poseidon-interleaved': {
    id: 'topex-poseidon-interleaved',
    name: 'TOPEX/Poseidon (interleaved)',
    inclinationDeg: 66.04,
    repeatDays: 9.9156428,
    revolutionsPerRepeat: 127,
    nodeTimeDays: daysSince1950('2002-09-20T03:08:57Z'),
    nodeLonDeg: 98.5,
    referenceCycle: 369,
    samplingSeconds: 1.072414,
    eccentricity: 0.000095,
  },
  jason1: {
    id: 'jason1',
    name: 'Jason-1',
    inclinationDeg: 66.04,
    repeatDays: 9.9156428,
    revolutionsPerRepeat: 127,
    nodeTimeDays: daysSince1950('2002-02-04T01:35:59Z'),
    nodeLonDeg: 99.92,
    referenceCycle: 3,
    samplingSeconds: 1.019577,
    eccentricity: 0.000095,
  },
  geosat2: {
    id: 'geosat2',
    name: 'Geosat-2',
    inclinationDeg: 108.05,
    repeatDays: 17.05057808,
    revolutionsPerRepeat: 244,
    nodeTimeDays: daysSince1950('1986-11-17T00:42:22Z'),
    nodeLonDeg: 1,
    referenceCycle: 27,
    samplingSeconds: 0.979922,
    eccentricity: 0.0008,
  },
  envisat: {
    id: 'envisat',
    name: 'Envisat',
    inclinationDeg: 98.54,
    repeatDays: 35,
    revolutionsPerRepeat: 501,
    nodeTimeDays: daysSince1950('2002-09-30T21:59:30Z'),
    nodeLonDeg: 0.13,
    referenceCycle: 10,
    samplingSeconds: 1.114,
    eccentricity: 0.00116,
  },
  swot: {
    id: 'swot',
    name: 'SWOT (nadir altimeter)',
    inclinationDeg: 77.6,
    repeatDays: 20.86455,
    revolutionsPerRepeat: 292,
    nodeTimeDays: daysSince1950('2012-10-01T00:00:00Z'),
    nodeLonDeg: 0,
    referenceCycle: 1,
    samplingSeconds: 1,
    eccentricity: 0.00105,
  },
  'swot-calval': {
    id: 'swot-calval',
    name: 'SWOT (nadir altimeter, calibration orbit)',
    inclinationDeg: 77.6,
    repeatDays: 0.99349,
    revolutionsPerRepeat: 14,
    nodeTimeDays: daysSince1950('2015-06-01T00:51:09.735Z'),
    nodeLonDeg: 48.16569,
    referenceCycle: 1,
    samplingSeconds: 1,
    eccentricity: 0.00105,
  },
  cryosat2: {
    id: 'cryosat2',
    name: 'CryoSat-2',
    inclinationDeg: 92.03,
    repeatDays: 368.2407,
    revolutionsPerRepeat: 5344,
    nodeTimeDays: daysSince1950('2012-10-01T00:00:00Z'),
    nodeLonDeg: 3.1,
    referenceCycle: 1,
    samplingSeconds: 0.9434,
    eccentricity: 0.001407,
  },
} as const satisfies Record<string, Satellite>;

export type SatelliteId = keyof typeof SATELLITES;
