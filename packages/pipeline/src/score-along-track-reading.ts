import { openAlongTrack, openNetcdf, type AlongTrack } from '@sillage/netcdf';
import { RejectionError, rejectionFromError } from '@sillage/validation';

/** The heights of a withheld altimeter, ascending in time. */
export type EvaluationTrack = {
  /** `2021a`: height from sla_unfiltered + mdt − lwe; `along-track`: one variable that holds it. */
  layout: '2021a' | 'along-track';
  satellite: string;
  /** Days since 1950-01-01 UTC, shape [N]. */
  timeDays: Float64Array;
  /** Degrees north and east, longitudes in [−180, 180), shape [N]. */
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** Height above the geoid as measured, m, NaN where missing, shape [N]. */
  trackM: Float64Array;
};

export type ReadEvaluationTrackOptions = {
  /** Variable that holds the height; default: the parts of the 2021a layout, else `ssh_obs`, else `ssh_model`, … . */
  variable?: string | null | undefined;
  /** What messages call the file; default: its name. */
  subject?: string | undefined;
};

/** Variables of the 2021a layout that make up the height. */
const ANOMALY = 'sla_unfiltered';
const MEAN_TOPOGRAPHY = 'mdt';
const LONG_WAVELENGTH_ERROR = 'lwe';
/** Height with instrument errors in our own layout: what an altimeter that is withheld measured. */
const OBSERVED_HEIGHT = 'ssh_obs';

/**
 * Reads a withheld altimeter: the 2021a challenge's file (`dt_gulfstream_c2_phy_l3_….nc`: time, longitude 0…360, latitude,
 * sla_unfiltered, mdt, lwe, …, packed as CMEMS does), or along-track observations in our own layout.
 *
 * @throws RejectionError for whatever is wrong with the file; several satellites in it included.
 */
export async function readEvaluationTrack(
  path: string,
  options: ReadEvaluationTrackOptions = {},
): Promise<EvaluationTrack> {
  const subject = options.subject ?? path.split(/[\\/]/).at(-1) ?? path;
  try {
    const names = await variableNames(path);
    const variable = options.variable ?? null;
    const isAssembled = names.has(ANOMALY) && (variable === null || variable === ANOMALY);
    const track = isAssembled ? await assembledHeights(path) : await plainHeights(path, names, variable);
    if (new Set(track.satelliteIndex).size > 1) throw new RejectionError(severalSatellites(track, subject));
    return inTimeOrder({
      layout: isAssembled ? '2021a' : 'along-track',
      satellite: track.satellites[track.satelliteIndex[0] ?? 0] ?? 'unknown',
      timeDays: track.timeDays,
      latDeg: track.latDeg,
      lonDeg: track.lonDeg,
      trackM: track.sshM,
    });
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

async function variableNames(path: string): Promise<Set<string>> {
  const file = await openNetcdf(path);
  try {
    return new Set(file.variables.map((variable) => variable.name));
  } finally {
    file.close();
  }
}

/** Anomaly + mean − long-wavelength error: the absolute height that maps are compared with in 2021a. */
async function assembledHeights(path: string): Promise<AlongTrack> {
  const anomaly = await openAlongTrack(path, { variable: ANOMALY });
  const mean = await openAlongTrack(path, { variable: MEAN_TOPOGRAPHY });
  const longWavelengthError = await openAlongTrack(path, { variable: LONG_WAVELENGTH_ERROR });
  return {
    ...anomaly,
    sshM: anomaly.sshM.map((height, index) => height + mean.sshM[index]! - longWavelengthError.sshM[index]!),
  };
}

async function plainHeights(
  path: string,
  names: ReadonlySet<string>,
  variable: string | null,
): Promise<AlongTrack> {
  const chosen = variable ?? (names.has(OBSERVED_HEIGHT) ? OBSERVED_HEIGHT : null);
  return openAlongTrack(path, chosen === null ? {} : { variable: chosen });
}

/** How messages tell the track from the maps that are compared with it. */
const TRACK_ROLE = '(the evaluation track)';

function severalSatellites(track: AlongTrack, subject: string) {
  return {
    code: 'wrong-dimensions',
    where: subject.endsWith(TRACK_ROLE) ? subject : `${subject} ${TRACK_ROLE}`,
    found: `observations of ${track.satellites.join(', ')}`,
    expected: 'one satellite: segments of a track must not jump from one to another',
    fix: 'Write the withheld satellite to a file of its own.',
  } as const;
}

function inTimeOrder(track: EvaluationTrack): EvaluationTrack {
  const { timeDays } = track;
  if (timeDays.every((time, index) => index === 0 || time >= timeDays[index - 1]!)) return track;
  const order = Int32Array.from(timeDays.keys()).sort((a, b) => timeDays[a]! - timeDays[b]! || a - b);
  const sorted = (values: Float64Array): Float64Array => Float64Array.from(order, (index) => values[index]!);
  return {
    ...track,
    timeDays: sorted(timeDays),
    latDeg: sorted(track.latDeg),
    lonDeg: sorted(track.lonDeg),
    trackM: sorted(track.trackM),
  };
}
