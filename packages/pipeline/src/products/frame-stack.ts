import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { MapLayer } from '@sillage/contracts';
import { frameRange, frameScale, packFrame } from './map-frames.js';
import type { WrittenArtefact } from '../score/index.js';

/**
 * The frames of one layer. All of them share one scale, which is known only when the last one has come: until then they
 * wait as float32 in a file, so that memory holds one frame of a year of a basin, not all of them.
 */
export class FrameStack {
  readonly #name: MapLayer['name'];
  readonly #unit: MapLayer['unit'];
  readonly #folder: string;
  readonly #pointCount: number;
  readonly #spillPath: string;
  readonly #spill: number;
  #frameCount = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #squareSum = 0;
  #valueCount = 0;

  constructor(options: {
    name: MapLayer['name'];
    unit: MapLayer['unit'];
    folder: string;
    pointCount: number;
  }) {
    this.#name = options.name;
    this.#unit = options.unit;
    this.#folder = options.folder;
    this.#pointCount = options.pointCount;
    this.#spillPath = join(options.folder, `${options.name}.f32`);
    this.#spill = openSync(this.#spillPath, 'w+');
  }

  /** Adds the next frame; NaN is missing. */
  add(frame: Float32Array): void {
    if (frame.length !== this.#pointCount)
      throw new RangeError(`a frame of '${this.#name}' has ${frame.length} values, need ${this.#pointCount}`);
    const { min, max, squareSum, valueCount } = frameRange(frame);
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    this.#squareSum += squareSum;
    this.#valueCount += valueCount;
    const bytes = new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength);
    writeSync(this.#spill, bytes, 0, bytes.length, this.#frameCount * bytes.length);
    this.#frameCount++;
  }

  /** Packs what has come. @returns null if no frame has a value: there is nothing to show. */
  finish(): { layer: MapLayer; artefact: WrittenArtefact } | null {
    if (this.#valueCount === 0) return null;
    const [min, max] = [this.#min, this.#max];
    const { scale, offset } = frameScale(min, max);
    const path = join(this.#folder, `${this.#name}.i16`);
    const packed = openSync(path, 'w');
    try {
      const frame = new Float32Array(this.#pointCount);
      const frameBytes = new Uint8Array(frame.buffer);
      for (let index = 0; index < this.#frameCount; index++) {
        readSync(this.#spill, frameBytes, 0, frameBytes.length, index * frameBytes.length);
        const bytes = Buffer.from(packFrame(frame, { scale, offset }).buffer);
        if (endianness() === 'BE') bytes.swap16(); // the manifest promises little-endian
        writeSync(packed, bytes);
      }
    } finally {
      closeSync(packed);
    }
    return {
      layer: {
        name: this.#name,
        unit: this.#unit,
        frameCount: this.#frameCount,
        scale,
        offset,
        min,
        max,
        rms: Math.sqrt(this.#squareSum / this.#valueCount),
      },
      artefact: { name: `${this.#name}.i16`, path },
    };
  }

  /** Removes what waited. */
  close(): void {
    closeSync(this.#spill);
    rmSync(this.#spillPath, { force: true });
  }
}
