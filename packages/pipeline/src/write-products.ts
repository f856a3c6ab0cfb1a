import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  MapLayer,
  MapManifest,
  ProductsPayload,
  Protocol,
  Scores,
  TaskExtent,
} from '@sillage/contracts';
import { writeGriddedField, type GriddedField, type GriddedVariableInput } from '@sillage/netcdf';
import type { FieldValues } from '@sillage/science';
import { alignedDays, refuseOutOfReach } from './aligned-reconstruction.js';
import { dailyMeanDays, fileDays, isSubDaily, type DaySource } from './day-source.js';
import { cropOf } from './grid-alignment.js';
import { blockMeanAxis, blockMeanFrame, blockSize, packLayer } from './map-frames.js';
import { openField } from './open-field.js';
import type { ProgressListener } from './progress.js';
import { historyLine } from './provenance.js';
import { rejectionFromError } from './rejection-from-error.js';
import type { WrittenArtefact } from './score-artefacts.js';

export type ProductsOptions = {
  canonicalPath: string;
  truthPath: string;
  truthVariable?: string | null;
  task: TaskExtent;
  protocol: Protocol;
  scores: Scores;
  provenance: ProductsPayload['provenance'];
  /** Error and reference go into the products only where the truth is public. */
  includeTruth: boolean;
  evaluatorVersion: string;
  /** Instant for the history attribute. */
  now: Date;
  outputFolder: string;
  onProgress?: ProgressListener;
};

/** One day on the scored grid, metres, NaN where the reference has no value. */
type ScoredDay = { reconstruction: Float32Array; reference: Float32Array; error: Float32Array };

const FILL_ATTRIBUTES = { units: 'm', coordinates: 'time lat lon' } as const;
/** Light compression: time matters more here than the last percent. */
const DEFLATE_LEVEL = 1;

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
    const reconstruction = await openField({ path: options.canonicalPath, variable: 'ssh', subject });
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
  await writeGriddedField(netcdfPath, {
    grid: reference.grid,
    variables: scoredVariables(walk, options.includeTruth),
    attributes: scoredAttributes(options),
    storage: { kind: 'deflate', level: DEFLATE_LEVEL },
  });
  const maps = await writeMaps(walk, options.includeTruth, outputFolder);
  return [{ name: 'scored.nc', path: netcdfPath }, ...maps];
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

function scoredAttributes(options: ProductsOptions): Record<string, string | number> {
  const { provenance, scores, task } = options;
  const resolution = {
    ...(scores.lambdaXDeg === null ? {} : { lambda_x_degrees: scores.lambdaXDeg }),
    ...(scores.lambdaTDays === null ? {} : { lambda_t_days: scores.lambdaTDays }),
    ...(scores.unresolved === null ? {} : { effective_resolution_unresolved: scores.unresolved }),
  };
  return {
    title: `${provenance.method} scored on ${provenance.challengeName}, ${task.area} × ${task.scenario}`,
    source: `submission ${provenance.submissionId} by ${provenance.author}`,
    history: historyLine(options.now, `sillage evaluator ${options.evaluatorVersion}`),
    license: provenance.licence,
    references: `challenge ${provenance.challenge}, dataset ${provenance.datasetVersion}`,
    comment: provenance.synthetic
      ? 'The reference is a synthetic ocean. Points without a reference value were not scored and are missing here.'
      : 'Points without a reference value were not scored and are missing here.',
    protocol: options.protocol,
    evaluator_version: options.evaluatorVersion,
    dataset_version: provenance.datasetVersion,
    area: task.area,
    scenario: task.scenario,
    period_start: task.period.start,
    period_end: task.period.end,
    mu_rmse: scores.mu,
    sigma_rmse: scores.sigma,
    rmse_m: scores.rmseM,
    ...resolution,
  };
}

async function writeMaps(
  walk: ScoredDays,
  includeTruth: boolean,
  outputFolder: string,
): Promise<WrittenArtefact[]> {
  const frames = await walk.frames();
  const wanted: { name: MapLayer['name']; frames: Float32Array[] }[] = [
    { name: 'reconstruction', frames: frames.reconstruction },
  ];
  if (includeTruth) {
    wanted.push({ name: 'reference', frames: frames.reference }, { name: 'error', frames: frames.error });
    wanted.push({ name: 'rmse', frames: [frames.rmse] });
  }
  const layers: MapLayer[] = [];
  const written: WrittenArtefact[] = [];
  for (const { name, frames: layerFrames } of wanted) {
    const { layer, bytes } = packLayer(name, layerFrames);
    const path = join(outputFolder, `${name}.i16`);
    await writeFile(path, bytes);
    layers.push(layer);
    written.push({ name: `${name}.i16`, path });
  }
  const manifest: MapManifest = {
    lonDeg: Array.from(frames.lonDeg),
    latDeg: Array.from(frames.latDeg),
    timeDays: Array.from(walk.reference.grid.timeDays),
    layers,
  };
  const manifestPath = join(outputFolder, 'maps.json');
  await writeFile(manifestPath, JSON.stringify(manifest));
  return [{ name: 'maps.json', path: manifestPath }, ...written];
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
    lonDeg: Float64Array;
    latDeg: Float64Array;
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
      lonDeg: blockMeanAxis(lonDeg, this.#block),
      latDeg: blockMeanAxis(latDeg, this.#block),
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
