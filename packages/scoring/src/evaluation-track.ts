import { decodeAlongTrack, type AlongTrack, type NetcdfFile } from '@sillage/netcdf/portable';
import { RejectionError, rejectionFromError } from '@sillage/checking';

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

/** Variables of the 2021a layout that make up the height. */
const ANOMALY = 'sla_unfiltered';
const MEAN_TOPOGRAPHY = 'mdt';
const LONG_WAVELENGTH_ERROR = 'lwe';
/** Height with instrument errors in our own layout: what an altimeter that is withheld measured. */
const OBSERVED_HEIGHT = 'ssh_obs';

/**
 * The withheld altimeter of an open file: the 2021a challenge's (`dt_gulfstream_c2_phy_l3_….nc`: time, longitude 0…360, latitude,
 * sla_unfiltered, mdt, lwe, …, packed as CMEMS does), or along-track observations in our own layout.
 *
 * @throws RejectionError for whatever is wrong with the file; several satellites in it included.
 */
export async function evaluationTrackOf(
  file: NetcdfFile,
  { variable = null, subject }: { variable?: string | null | undefined; subject: string },
): Promise<EvaluationTrack> {
  try {
    const names = new Set(file.variables.map(({ name }) => name));
    const isAssembled = names.has(ANOMALY) && (variable === null || variable === ANOMALY);
    const track = isAssembled ? await assembledHeights(file) : await plainHeights(file, names, variable);
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

/** Anomaly + mean − long-wavelength error: the absolute height that maps are compared with in 2021a. */
async function assembledHeights(file: NetcdfFile): Promise<AlongTrack> {
  const anomaly = await decodeAlongTrack(file, { variable: ANOMALY });
  const mean = await decodeAlongTrack(file, { variable: MEAN_TOPOGRAPHY });
  const longWavelengthError = await decodeAlongTrack(file, { variable: LONG_WAVELENGTH_ERROR });
  return {
    ...anomaly,
    sshM: anomaly.sshM.map((height, index) => height + mean.sshM[index]! - longWavelengthError.sshM[index]!),
  };
}

async function plainHeights(
  file: NetcdfFile,
  names: ReadonlySet<string>,
  variable: string | null,
): Promise<AlongTrack> {
  const chosen = variable ?? (names.has(OBSERVED_HEIGHT) ? OBSERVED_HEIGHT : null);
  return decodeAlongTrack(file, chosen === null ? {} : { variable: chosen });
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
