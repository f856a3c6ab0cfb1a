import { join } from 'node:path';
import { writeGriddedField, type GriddedField, type GriddedVariableInput } from '@sillage/netcdf';
import type { FieldValues, RegularGrid } from '@sillage/science';
import {
  alignedDays,
  cropOf,
  dailyMeanDays,
  type DaySource,
  fileDays,
  isSubDaily,
  refuseOutOfReach,
  rejectionFromError,
} from '@sillage/validation';
import { CANONICAL_VARIABLE } from './canonical-file.js';
import { blockMeanFrame, blockSize, frameGrid } from './map-frames.js';
import { openField } from './open-field.js';
import { writeFigurePack } from './figure-pack/write-figure-pack.js';
import type { ProgressListener } from './progress.js';
import type { ProductsOptions } from './product-options.js';
import { productStorage } from './product-storage.js';
import type { WrittenArtefact } from './score-artefacts.js';
import { scoredAttributes } from './scored-attributes.js';
import { writeMapLayers } from './write-map-layers.js';

export type { ProductsOptions };
export { writeAlongTrackProducts } from './write-along-track-products.js';

/** One day on the scored grid, metres, NaN where the reference has no value. */
type ScoredDay = { reconstruction: Float32Array; reference: Float32Array; error: Float32Array };

const FILL_ATTRIBUTES = { units: 'm', coordinates: 'time lat lon' } as const;

/**
 * Writes scored.nc (the reconstruction on the reference's grid, as it was scored), maps.json and the int16 frames of
 * its layers. Points without a reference value, land mostly, were not scored and are missing in every product.
 */
export async function writeProducts(options: ProductsOptions): Promise<WrittenArtefact[]> {
  const subject = 'the reconstruction';
  const truth = await openField({
    path: options.truthPath,
    variable: options.truthVariable,
    subject: 'the reference',
  });
  try {
    const reconstruction = await openField({
      path: options.canonicalPath,
      variable: CANONICAL_VARIABLE,
      subject,
    });
    try {
      return await writeAll(truth, reconstruction, options);
    } finally {
      reconstruction.close();
    }
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    truth.close();
  }
}

async function writeAll(
  truth: GriddedField,
  reconstruction: GriddedField,
  options: ProductsOptions,
): Promise<WrittenArtefact[]> {
  const { task, outputFolder } = options;
  const cropped = fileDays(truth, cropOf(truth.grid, task.scoredBox, task.period));
  const reference = isSubDaily(cropped.grid.timeDays) ? dailyMeanDays(cropped) : cropped;
  refuseOutOfReach(reconstruction.grid, reference.grid, 'the reconstruction');
  const walk = new ScoredDays(reference, alignedDays(reconstruction, reference.grid), options.onProgress);
  const netcdfPath = join(outputFolder, 'scored.nc');
  const { timeDays, latDeg, lonDeg } = reference.grid;
  const variables = scoredVariables(walk, options.includeTruth);
  const valueCount = variables.length * timeDays.length * latDeg.length * lonDeg.length;
  await writeGriddedField(netcdfPath, {
    grid: reference.grid,
    variables,
    attributes: scoredAttributes(
      { ...options, grid: reference.grid, origin: reconstruction.attributes },
      'Points without a reference value were not scored and are missing here.',
    ),
    storage: productStorage(valueCount),
  });
  const { grid, rmse, ...frames } = await walk.frames();
  const maps = await writeMapLayers(
    [
      { name: 'reconstruction', frames: frames.reconstruction },
      ...(options.includeTruth
        ? ([
            { name: 'reference', frames: frames.reference },
            { name: 'error', frames: frames.error },
            { name: 'rmse', frames: [rmse] },
          ] as const)
        : []),
    ],
    grid,
    outputFolder,
  );
  const figures = await writeFigurePack(options, { grid, rmseM: rmse });
  return [{ name: 'scored.nc', path: netcdfPath }, ...maps, ...figures];
}

function scoredVariables(walk: ScoredDays, includeTruth: boolean): GriddedVariableInput[] {
  const variables: GriddedVariableInput[] = [
    {
      name: 'ssh',
      type: 'float32',
      attributes: {
        ...FILL_ATTRIBUTES,
        standard_name: 'sea_surface_height_above_geoid',
        long_name: 'reconstructed sea surface height on the grid of the reference',
      },
      readDay: async (index) => (await walk.day(index)).reconstruction,
    },
  ];
  if (!includeTruth) return variables;
  return [
    ...variables,
    {
      name: 'ssh_true',
      type: 'float32',
      attributes: {
        ...FILL_ATTRIBUTES,
        standard_name: 'sea_surface_height_above_geoid',
        long_name: 'reference sea surface height',
      },
      readDay: async (index) => (await walk.day(index)).reference,
    },
    {
      name: 'error',
      type: 'float32',
      attributes: { ...FILL_ATTRIBUTES, long_name: 'reconstruction minus reference' },
      readDay: async (index) => (await walk.day(index)).error,
    },
  ];
}

/** Pairs the maps of reference and reconstruction, and gathers the frames for the screen as they pass. */
class ScoredDays {
  readonly reference: DaySource;
  readonly #reconstruction: DaySource;
  readonly #onProgress: ProgressListener | undefined;
  readonly #block: number;
  readonly #squaredErrors: Float64Array;
  readonly #counts: Uint32Array;
  readonly #frames = new Map<number, ScoredDay>();
  #current: { index: number; day: ScoredDay } | null = null;

  constructor(reference: DaySource, reconstruction: DaySource, onProgress: ProgressListener | undefined) {
    this.reference = reference;
    this.#reconstruction = reconstruction;
    this.#onProgress = onProgress;
    const { latDeg, lonDeg } = reference.grid;
    this.#block = blockSize(latDeg.length, lonDeg.length);
    this.#squaredErrors = new Float64Array(latDeg.length * lonDeg.length);
    this.#counts = new Uint32Array(latDeg.length * lonDeg.length);
  }

  async day(index: number): Promise<ScoredDay> {
    if (this.#current?.index === index) return this.#current.day;
    const day = pairMaps(await this.reference.readDay(index), await this.#reconstruction.readDay(index));
    this.#current = { index, day };
    if (!this.#frames.has(index)) this.#gather(index, day);
    return day;
  }

  #gather(index: number, day: ScoredDay): void {
    const { latDeg, lonDeg, timeDays } = this.reference.grid;
    const shape = { latCount: latDeg.length, lonCount: lonDeg.length };
    this.#frames.set(index, {
      reconstruction: blockMeanFrame(day.reconstruction, shape, this.#block),
      reference: blockMeanFrame(day.reference, shape, this.#block),
      error: blockMeanFrame(day.error, shape, this.#block),
    });
    day.error.forEach((error, point) => {
      if (Number.isNaN(error)) return;
      this.#squaredErrors[point] = (this.#squaredErrors[point] ?? 0) + error * error;
      this.#counts[point] = (this.#counts[point] ?? 0) + 1;
    });
    this.#onProgress?.(this.#frames.size / timeDays.length, `writing map ${index + 1} of ${timeDays.length}`);
  }

  async frames(): Promise<{
    grid: RegularGrid;
    reconstruction: Float32Array[];
    reference: Float32Array[];
    error: Float32Array[];
    rmse: Float32Array;
  }> {
    const { latDeg, lonDeg, timeDays } = this.reference.grid;
    const days: ScoredDay[] = [];
    for (let index = 0; index < timeDays.length; index++) {
      if (!this.#frames.has(index)) await this.day(index);
      const frame = this.#frames.get(index);
      if (frame) days.push(frame);
    }
    const counts = this.#counts;
    const rmse = this.#squaredErrors.map((sum, point) =>
      counts[point] ? Math.sqrt(sum / counts[point]) : Number.NaN,
    );
    return {
      grid: frameGrid(this.reference.grid, this.#block),
      reconstruction: days.map((day) => day.reconstruction),
      reference: days.map((day) => day.reference),
      error: days.map((day) => day.error),
      rmse: blockMeanFrame(rmse, { latCount: latDeg.length, lonCount: lonDeg.length }, this.#block),
    };
  }
}

function pairMaps(reference: FieldValues, reconstruction: FieldValues): ScoredDay {
  const day: ScoredDay = {
    reconstruction: new Float32Array(reference.length),
    reference: Float32Array.from(reference),
    error: new Float32Array(reference.length),
  };
  for (let index = 0; index < reference.length; index++) {
    const expected = reference[index] ?? Number.NaN;
    const found = Number.isNaN(expected) ? Number.NaN : (reconstruction[index] ?? Number.NaN);
    day.reconstruction[index] = found;
    day.error[index] = found - expected;
  }
  return day;
}
