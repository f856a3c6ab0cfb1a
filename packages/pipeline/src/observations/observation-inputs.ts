import { basename } from 'node:path';
import type { FileRole } from '@sillage/contracts';
import { observationLayoutOf, openAlongTrack, openGriddedObservations, openSwath } from '@sillage/netcdf';
import { rejectionFromError } from '@sillage/checking';
import { averagedAlongTrack } from './along-track-averages.js';
import { averagedGridded } from './gridded-averages.js';
import { joinedObservations, type Observations } from './observations.js';
import { averagedSwath } from './swath-averages.js';

/** Nadirs along the track, wide swaths, or daily pseudo-observations on a grid. */
export type ObservationRole = Extract<
  FileRole,
  'observations' | 'swath-observations' | 'gridded-observations'
>;

/** A file of observations. */
export type ObservationInput = {
  path: string;
  /** Default: found out from the file. */
  role?: ObservationRole;
  /** The height to map; default: the error-free one, `ssh_model` or `ssh_mod`. */
  variable?: string | null;
};

const ROLES = {
  'along-track': 'observations',
  swath: 'swath-observations',
  gridded: 'gridded-observations',
} as const;

/** An input of which it is known what it holds. */
export type KnownInput = ObservationInput & { role: ObservationRole };

/** Finds out what files hold where nobody says. */
export async function knownInputs(inputs: readonly ObservationInput[]): Promise<KnownInput[]> {
  const known: KnownInput[] = [];
  for (const input of inputs) {
    try {
      known.push({ ...input, role: await roleOf(input) });
    } catch (error) {
      throw rejectionFromError(error, { subject: basename(input.path) });
    }
  }
  return known;
}

/** Opens, averages and joins files of observations; days since 1950 bound what is read of swaths and grids. */
export async function readObservations(
  inputs: readonly KnownInput[],
  period: { firstDays: number; lastDays: number },
  coarsening: number,
  onProgress?: (fraction: number, activity: string) => void | Promise<void>,
): Promise<Observations> {
  const parts: Observations[] = [];
  for (const input of inputs) {
    const subject = basename(input.path);
    const report = (fraction: number): void | Promise<void> =>
      onProgress?.((parts.length + fraction) / inputs.length, `reading ${subject}`);
    await report(0);
    try {
      parts.push(await readOne(input, period, coarsening, report));
    } catch (error) {
      throw rejectionFromError(error, { subject });
    }
  }
  return joinedObservations(parts);
}

/** The first and the last day that files of observations hold, days since 1950; null if there is no observation. */
export async function observedDays(
  inputs: readonly ObservationInput[],
): Promise<{ firstDays: number; lastDays: number } | null> {
  let firstDays = Infinity;
  let lastDays = -Infinity;
  for (const input of await knownInputs(inputs)) {
    try {
      for (const timeDays of await observationTimes(input)) {
        firstDays = Math.min(firstDays, timeDays);
        lastDays = Math.max(lastDays, timeDays);
      }
    } catch (error) {
      throw rejectionFromError(error, { subject: basename(input.path) });
    }
  }
  return firstDays <= lastDays ? { firstDays, lastDays } : null;
}

async function readOne(
  input: KnownInput,
  period: { firstDays: number; lastDays: number },
  coarsening: number,
  onProgress: (fraction: number) => void | Promise<void>,
): Promise<Observations> {
  const options = variableOption(input);
  switch (input.role) {
    case 'observations':
      return averagedAlongTrack(await openAlongTrack(input.path, options), coarsening);
    case 'swath-observations': {
      const swath = await openSwath(input.path, options);
      try {
        return await averagedSwath(swath, period, onProgress);
      } finally {
        swath.close();
      }
    }
    case 'gridded-observations': {
      const gridded = await openGriddedObservations(input.path, options);
      try {
        return await averagedGridded(gridded, period, onProgress);
      } finally {
        gridded.close();
      }
    }
  }
}

async function observationTimes(input: KnownInput): Promise<Float64Array> {
  const options = variableOption(input);
  switch (input.role) {
    case 'observations':
      return (await openAlongTrack(input.path, options)).timeDays;
    case 'swath-observations': {
      const swath = await openSwath(input.path, options);
      swath.close();
      return swath.timeDays;
    }
    case 'gridded-observations': {
      const gridded = await openGriddedObservations(input.path, options);
      gridded.close();
      // a date holds the observations of the day that begins with it
      return gridded.grid.timeDays.map((date, index, all) => (index + 1 < all.length ? date : date + 0.99));
    }
  }
}

async function roleOf(input: ObservationInput): Promise<ObservationRole> {
  if (input.role !== undefined) return input.role;
  try {
    return ROLES[await observationLayoutOf(input.path)];
  } catch (error) {
    // A named height need not be one that the layouts are told apart by: the reader of tracks has the last word.
    if (input.variable) return 'observations';
    throw error;
  }
}

function variableOption(input: ObservationInput): { variable?: string } {
  return input.variable ? { variable: input.variable } : {};
}
