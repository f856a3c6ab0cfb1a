import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { openAlongTrack, openSwath, writeAlongTrack } from '@sillage/netcdf';
import { RejectionError, rejectionFromError } from '@sillage/checking';
import type { KnownInput } from '../../observations/index.js';

export type ReducedInputs = {
  inputs: readonly KnownInput[];
  /** Removes the files that were written. */
  remove: () => void;
};

/**
 * The observations of all satellites but one. Tracks of several satellites are written anew, since whatever reads them, OI and
 * statistics included, must not see the one that is left out.
 *
 * @param satellite - as the files name it.
 * @param temporaryPath - beginning of the names of files that may be written.
 * @throws RejectionError where the files hold nothing of it, hold nothing else, or do not say which satellite measured what: the
 *   same map again would pass for one that the satellite does not matter to.
 */
export async function withoutSatellite(
  inputs: readonly KnownInput[],
  satellite: string,
  temporaryPath: string,
): Promise<ReducedInputs> {
  const kept: KnownInput[] = [];
  const written: string[] = [];
  const found = new Set<string>();
  const remove = () => written.forEach((path) => rmSync(path, { force: true }));
  try {
    for (const [position, input] of inputs.entries()) {
      const subject = basename(input.path);
      try {
        if (input.role === 'gridded-observations') throw unnamed(subject, satellite);
        const reduced = await reduce(input, satellite, `${temporaryPath}.${position}.nc`, found);
        if (reduced === null) continue;
        if (reduced.path !== input.path) written.push(reduced.path);
        kept.push(reduced);
      } catch (error) {
        throw rejectionFromError(error, { subject });
      }
    }
    const where = inputs.map(({ path }) => basename(path)).join(', ');
    const names = [...found].toSorted().join(', ') || 'none';
    if (!found.has(satellite)) throw absent(where, satellite, names);
    if (kept.length === 0) throw nothingElse(where, satellite);
    return { inputs: kept, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @returns the input as it is, a smaller one, or null where nothing of it is left. */
async function reduce(
  input: KnownInput,
  satellite: string,
  path: string,
  found: Set<string>,
): Promise<KnownInput | null> {
  const options = input.variable ? { variable: input.variable } : {};
  if (input.role === 'swath-observations') {
    const swath = await openSwath(input.path, options);
    swath.close();
    found.add(swath.satellite);
    return swath.satellite === satellite ? null : input;
  }
  const track = await openAlongTrack(input.path, options);
  const { satellites, satelliteIndex } = track;
  for (const index of new Set(satelliteIndex)) found.add(satellites[index]!);
  const rows = Array.from(satelliteIndex.keys()).filter(
    (row) => satellites[satelliteIndex[row]!] !== satellite,
  );
  if (rows.length === satelliteIndex.length) return input;
  if (rows.length === 0) return null;
  const pick = <Values extends Float64Array | Float32Array | Int32Array | Uint8Array>(
    values: Values,
  ): Values => {
    const picked = values.slice(0, rows.length) as Values;
    for (const [at, row] of rows.entries()) picked[at] = values[row]!;
    return picked;
  };
  await writeAlongTrack(path, {
    timeDays: pick(track.timeDays),
    latDeg: pick(track.latDeg),
    lonDeg: pick(track.lonDeg),
    sshM: pick(track.sshM),
    satelliteIndex: pick(satelliteIndex),
    satellites,
    ...(track.alongTrackKm === null ? {} : { alongTrackKm: pick(track.alongTrackKm) }),
  });
  // The height that was asked for is the one that was written.
  return { role: 'observations', path };
}

function unnamed(subject: string, satellite: string): RejectionError {
  return new RejectionError({
    code: 'inputs-missing',
    where: subject,
    found: 'daily means on a grid, which do not say which satellite measured what',
    expected: `tracks or swaths, to leave out those of ${satellite}`,
    fix: 'Choose a scenario whose observations are along the tracks.',
  });
}

function absent(where: string, satellite: string, names: string): RejectionError {
  return new RejectionError({
    code: 'inputs-missing',
    where,
    found: `observations of: ${names}`,
    expected: `observations of ${satellite}, to leave them out`,
    fix: 'The organiser names the satellites of the scenario as its files do.',
  });
}

function nothingElse(where: string, satellite: string): RejectionError {
  return new RejectionError({
    code: 'inputs-missing',
    where,
    found: `observations of ${satellite} alone`,
    expected: 'observations of other satellites, which are left without it',
    fix: 'Choose a scenario with more satellites.',
  });
}
