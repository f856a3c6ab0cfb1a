import { join } from 'node:path';
import { writeGriddedField, type GriddedField, type GriddedVariableInput } from '@sillage/netcdf';
import type { FieldValues } from '@sillage/science';
import {
  cropOf,
  dailyMeanDays,
  type DaySource,
  fileDays,
  isSubDaily,
  rejectionFromError,
  sameGridCrop,
} from '@sillage/checking';
import { alignedDays, refuseOutOfReach } from '@sillage/scoring';
import { CANONICAL_VARIABLE } from '../files/canonical-file.js';
import { openObservedDays } from './observed-days.js';
import { openField } from '../files/open-field.js';
import { writeFigurePack } from './figure-pack/write-figure-pack.js';
import type { ProductsOptions } from './product-options.js';
import { PRODUCT_STORAGE } from './product-storage.js';
import type { WrittenArtefact } from '../score/index.js';
import { scoredAttributes } from './scored-attributes.js';
import { MapLayers } from './write-map-layers.js';

export type { ProductsOptions };
export { writeAlongTrackProducts } from './write-along-track-products.js';

/** One day on the scored grid, metres, NaN where the reference has no value, the reconstruction unless that is withheld. */
type ScoredDay = { reconstruction: Float32Array; reference: Float32Array; error: Float32Array };

const FILL_ATTRIBUTES = { units: 'm', coordinates: 'time lat lon' } as const;

/**
 * Writes scored.nc (the reconstruction on the reference's grid, as it was scored), maps.json and the int16 frames of
 * its layers. Points without a reference value, land mostly, were not scored and are missing in every product, unless the
 * reference is withheld: where it has values is withheld with it.
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
  const observations = await openObservedDays(options.observations ?? [], reference.grid);
  const isInterpolated = sameGridCrop(reconstruction.grid, reference.grid) === null;
  const layers = new MapLayers({ grid: reference.grid, outputFolder, observations, isInterpolated });
  try {
    const walk = new ScoredDays(reference, alignedDays(reconstruction, reference.grid), layers, options);
    const netcdfPath = join(outputFolder, 'scored.nc');
    await writeGriddedField(netcdfPath, {
      grid: reference.grid,
      variables: scoredVariables(walk, options.includeTruth),
      attributes: scoredAttributes(
        { ...options, grid: reference.grid, origin: reconstruction.attributes },
        options.includeTruth
          ? 'Points without a reference value were not scored and are missing here.'
          : 'The reconstruction as it came, on the grid of the withheld reference; only points with a reference value were scored.',
      ),
      storage: PRODUCT_STORAGE,
    });
    await walk.finish();
    const maps = await layers.finish();
    const figures = await writeFigurePack(options, layers.rmseMap());
    return [{ name: 'scored.nc', path: netcdfPath }, ...maps, ...figures];
  } finally {
    layers.close();
    observations?.close();
  }
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

/** Pairs the maps of reference and reconstruction, and gives each day to the layers of the screen as it passes. */
class ScoredDays {
  readonly #reference: DaySource;
  readonly #reconstruction: DaySource;
  readonly #layers: MapLayers;
  readonly #options: Pick<ProductsOptions, 'includeTruth' | 'onProgress'>;
  #current: { index: number; day: ScoredDay } | null = null;

  constructor(
    reference: DaySource,
    reconstruction: DaySource,
    layers: MapLayers,
    options: Pick<ProductsOptions, 'includeTruth' | 'onProgress'>,
  ) {
    this.#reference = reference;
    this.#reconstruction = reconstruction;
    this.#layers = layers;
    this.#options = options;
  }

  async day(index: number): Promise<ScoredDay> {
    if (this.#current?.index === index) return this.#current.day;
    const [reference, reconstruction] = [
      await this.#reference.readDay(index),
      await this.#reconstruction.readDay(index),
    ];
    const day = pairMaps(reference, reconstruction, this.#options.includeTruth);
    this.#current = { index, day };
    if (index === this.#layers.dayCount) await this.#show(day);
    return day;
  }

  /** Walks through the days that nobody has asked for in their order. */
  async finish(): Promise<void> {
    const { length } = this.#reference.grid.timeDays;
    while (this.#layers.dayCount < length) await this.day(this.#layers.dayCount);
  }

  async #show({ reconstruction, reference }: ScoredDay): Promise<void> {
    const { includeTruth, onProgress } = this.#options;
    await this.#layers.addDay({ reconstruction, reference: includeTruth ? reference : null });
    const { dayCount } = this.#layers;
    const { length } = this.#reference.grid.timeDays;
    onProgress?.(dayCount / length, `writing map ${dayCount} of ${length}`);
  }
}

function pairMaps(reference: FieldValues, reconstruction: FieldValues, isMasked: boolean): ScoredDay {
  const day: ScoredDay = {
    reconstruction: new Float32Array(reference.length),
    reference: new Float32Array(reference),
    error: new Float32Array(reference.length),
  };
  for (let index = 0; index < reference.length; index++) {
    const expected = reference[index] ?? Number.NaN;
    const found = isMasked && Number.isNaN(expected) ? Number.NaN : (reconstruction[index] ?? Number.NaN);
    day.reconstruction[index] = found;
    day.error[index] = found - expected;
  }
  return day;
}
