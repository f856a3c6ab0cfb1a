import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MapLayer, MapManifest } from '@sillage/contracts';
import { geostrophicVorticity, gradientMagnitude, type RegularGrid } from '@sillage/science';
import { FrameStack } from './frame-stack.js';
import { blockMeanFrame, blockSize, frameGrid } from './map-frames.js';
import type { ObservedDays } from './observed-days.js';
import type { WrittenArtefact } from '../score/index.js';

/** One day on the scored grid, metres, NaN where nothing is scored. */
export type LayerDay = {
  reconstruction: Float32Array;
  /** Null where the reference is no grid, or is withheld. */
  reference: Float32Array | null;
};

const UNITS: Record<MapLayer['name'], MapLayer['unit']> = {
  reconstruction: 'm',
  reference: 'm',
  error: 'm',
  rmse: 'm',
  'reconstruction-gradient': '1',
  'reference-gradient': '1',
  'reconstruction-vorticity': '1',
  'reference-vorticity': '1',
  observations: 'm',
};

/**
 * Gathers the layers of the maps day by day and writes maps.json and one int16 stack for each. Gradients and vorticity are
 * taken on the scored grid before anything is averaged or packed: a second derivative of packed heights shows their steps.
 */
export class MapLayers {
  readonly #grid: RegularGrid;
  readonly #folder: string;
  readonly #block: number;
  readonly #observations: ObservedDays | null;
  readonly #stacks = new Map<MapLayer['name'], FrameStack>();
  readonly #squaredErrors: Float64Array;
  readonly #counts: Uint32Array;
  readonly #observedShare: number[] = [];
  #dayCount = 0;

  readonly #isInterpolated: boolean;

  constructor(options: {
    grid: RegularGrid;
    outputFolder: string;
    observations: ObservedDays | null;
    /** Whether the reconstruction was interpolated to the grid. */
    isInterpolated?: boolean;
  }) {
    this.#isInterpolated = options.isInterpolated ?? false;
    const { latDeg, lonDeg } = options.grid;
    this.#grid = options.grid;
    this.#folder = options.outputFolder;
    this.#observations = options.observations;
    this.#block = blockSize(latDeg.length, lonDeg.length);
    this.#squaredErrors = new Float64Array(latDeg.length * lonDeg.length);
    this.#counts = new Uint32Array(latDeg.length * lonDeg.length);
  }

  /** How many days have come. */
  get dayCount(): number {
    return this.#dayCount;
  }

  /** Adds the next day. */
  async addDay({ reconstruction, reference }: LayerDay): Promise<void> {
    this.#addField('reconstruction', reconstruction);
    if (reference !== null) {
      this.#addField('reference', reference);
      const error = reconstruction.map((value, point) => value - reference[point]!);
      this.#add('error', error);
      error.forEach((value, point) => {
        if (Number.isNaN(value)) return;
        this.#squaredErrors[point]! += value * value;
        this.#counts[point]! += 1;
      });
    }
    await this.#addObservations(reconstruction);
    this.#dayCount++;
  }

  /** Writes what has come: maps.json first, then the stacks. */
  async finish(): Promise<WrittenArtefact[]> {
    const rmse = this.#rmse();
    if (rmse !== null) this.#add('rmse', rmse);
    const layers: MapLayer[] = [];
    const written: WrittenArtefact[] = [];
    for (const [name, stack] of this.#stacks) {
      const finished = stack.finish();
      if (finished === null) {
        if (name === 'reconstruction') throw new Error(`the layer '${name}' holds no value`);
        continue;
      }
      layers.push(finished.layer);
      written.push(finished.artefact);
    }
    const grid = frameGrid(this.#grid, this.#block);
    const manifest: MapManifest = {
      lonDeg: Array.from(grid.lonDeg),
      latDeg: Array.from(grid.latDeg),
      timeDays: Array.from(grid.timeDays),
      layers,
      blockSize: this.#block,
      isInterpolated: this.#isInterpolated,
      observedShare: this.#observations === null ? null : this.#observedShare,
    };
    const manifestPath = join(this.#folder, 'maps.json');
    await writeFile(manifestPath, JSON.stringify(manifest));
    return [{ name: 'maps.json', path: manifestPath }, ...written];
  }

  /** RMSE of each place, m, on the grid of the frames; null without a reference. */
  rmseMap(): { grid: RegularGrid; rmseM: Float32Array } | null {
    const rmse = this.#rmse();
    if (rmse === null) return null;
    return { grid: frameGrid(this.#grid, this.#block), rmseM: this.#frameOf(rmse) };
  }

  /** Removes what waited beside the stacks. */
  close(): void {
    for (const stack of this.#stacks.values()) stack.close();
  }

  #rmse(): Float64Array | null {
    if (!this.#stacks.has('error')) return null;
    const counts = this.#counts;
    return this.#squaredErrors.map((sum, point) => Math.sqrt(sum / counts[point]!)); // 0/0 is NaN
  }

  #frameOf(values: Float32Array | Float64Array): Float32Array {
    const { latDeg, lonDeg } = this.#grid;
    return blockMeanFrame(values, { latCount: latDeg.length, lonCount: lonDeg.length }, this.#block);
  }

  #addField(name: 'reconstruction' | 'reference', values: Float32Array): void {
    this.#add(name, values);
    this.#add(`${name}-gradient`, gradientMagnitude(values, this.#grid));
    this.#add(`${name}-vorticity`, geostrophicVorticity(values, this.#grid));
  }

  async #addObservations(reconstruction: Float32Array): Promise<void> {
    if (this.#observations === null) return;
    const observed = await this.#observations.readDay(this.#grid.timeDays[this.#dayCount]!);
    let scored = 0;
    let reached = 0;
    reconstruction.forEach((value, point) => {
      if (Number.isNaN(value)) return;
      scored++;
      if (!Number.isNaN(observed[point]!)) reached++;
    });
    this.#observedShare.push(scored === 0 ? 0 : reached / scored);
    this.#add('observations', observed);
  }

  #add(name: MapLayer['name'], values: Float32Array | Float64Array): void {
    const frame = this.#frameOf(values);
    let stack = this.#stacks.get(name);
    if (stack === undefined) {
      stack = new FrameStack({
        name,
        unit: UNITS[name],
        folder: this.#folder,
        pointCount: frame.length,
      });
      this.#stacks.set(name, stack);
    }
    stack.add(frame);
  }
}
