import type { Box, GriddedProtocol, Period } from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf/portable';
import {
  SCORE_STATISTICS,
  type FieldValues,
  type MapStatistics,
  type ScoreStatisticName,
} from '@sillage/science';
import { refuseOutOfReach } from './aligned-reconstruction.js';
import {
  refuseAnomaly,
  cropOf,
  croppedGrid,
  enclosingCrop,
  sameGridCrop,
  blamingReference,
  rejectionFromError,
  cutValues,
  walkField,
  type GridCrop,
} from '@sillage/checking';
import type { BandSource } from './band-source.js';
import { finishScore, type FinishedScore } from './finish-score.js';
import { scorableGrid } from './scorable-grid.js';
import { chunksOf, dailyMeanBands, regriddedBands, rowsPerBand, scoreChunk } from './score-chunks.js';

export type ScoreFieldsOptions = {
  protocol: GriddedProtocol;
  scoredBox: Box | null;
  period: Period | null;
  /** What messages call the reconstruction and the reference. */
  subject: string;
  referenceSubject: string;
  /** 0…1 of the work is done. */
  onProgress?: (fraction: number) => void;
};

/** Decoded values of one field that may be held in memory; a larger field is read again for each band of rows. */
const MEMORY_BUDGET_BYTES = 512 * 2 ** 20;

/**
 * Scores a map in the thread that asks: the chunks, rules and sums of the platform in the platform's order, so that the numbers
 * are the platform's too.
 *
 * @throws RejectionError for whatever is wrong with the map; UnusableReferenceError where it is the reference.
 */
export async function scoreFields(
  { reconstruction, reference }: { reconstruction: GriddedField; reference: GriddedField },
  options: ScoreFieldsOptions,
): Promise<FinishedScore> {
  const { protocol, scoredBox, period, subject, referenceSubject, onProgress } = options;
  try {
    if (reference.sourceKind !== 'sla') refuseAnomaly(reconstruction, subject);
    const crop = cropOf(reference.grid, scoredBox, period);
    const { grid, isSubDaily, cropped } = await blamingReference(() =>
      scorableGrid(reference, crop, referenceSubject, { scoredBox, period }),
    );
    const sameGrid = sameGridCrop(reconstruction.grid, grid);
    if (!sameGrid) refuseOutOfReach(reconstruction.grid, grid, subject);
    const referenceBands = await bandsOf(reference, crop, (part) => onProgress?.(0.2 * part));
    const mapBands = await bandsOf(
      reconstruction,
      sameGrid ?? enclosingCrop(reconstruction.grid, grid),
      (part) => onProgress?.(0.2 + 0.2 * part),
    );
    const sources = {
      reference: isSubDaily ? dailyMeanBands(referenceBands) : referenceBands,
      reconstruction: sameGrid ? mapBands : regriddedBands(mapBands, grid),
    };
    const plan = { statistics: SCORE_STATISTICS, grid, protocol, rowsPerBand: rowsPerBand(cropped) };
    const chunks: MapStatistics<ScoreStatisticName>[] = [];
    let rows = 0;
    for (const chunk of chunksOf(grid.latDeg.length)) {
      chunks.push(
        await scoreChunk(plan, chunk, sources, (count) => {
          rows += count;
          onProgress?.(0.4 + (0.6 * rows) / grid.latDeg.length);
        }),
      );
    }
    return finishScore(chunks, { reconstruction, subject, holes: 'refuse' });
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

async function bandsOf(
  field: GriddedField,
  crop: GridCrop,
  onProgress: (part: number) => void,
): Promise<BandSource> {
  const grid = croppedGrid(field.grid, crop);
  const rowLength = crop.lon.count;
  const length = crop.time.count * crop.lat.count * rowLength;
  const isFloat64 = field.valueType === 'float64';
  const isCheapInBands = field.preferredAccess === 'bands' && field.preferredLatCount === 1;
  if (isCheapInBands || length * (isFloat64 ? 8 : 4) > MEMORY_BUDGET_BYTES) {
    return {
      grid,
      readBand: async (latStart, latCount) => {
        const band = await field.readBand(crop.lat.start + latStart, latCount);
        const mapLength = latCount * field.grid.lonDeg.length;
        const inTime = band.subarray(
          crop.time.start * mapLength,
          (crop.time.start + crop.time.count) * mapLength,
        );
        const shape = { latTotal: latCount, lonTotal: field.grid.lonDeg.length };
        return cutValues(inTime, shape, { start: 0, count: latCount }, crop.lon);
      },
      close: () => undefined,
    };
  }
  const all: FieldValues = isFloat64 ? new Float64Array(length) : new Float32Array(length);
  let done = 0;
  await walkField(field, crop, ({ time, lat, values }) => {
    const pieceLength = lat.count * rowLength;
    for (let map = 0; map < time.count; map++) {
      const at = ((time.start + map) * crop.lat.count + lat.start) * rowLength;
      all.set(values.subarray(map * pieceLength, (map + 1) * pieceLength), at);
    }
    done += values.length;
    onProgress(done / length);
  });
  return {
    grid,
    readBand: async (latStart, latCount) =>
      cutValues(
        all,
        { latTotal: crop.lat.count, lonTotal: rowLength },
        { start: latStart, count: latCount },
        { start: 0, count: rowLength },
      ),
    close: () => undefined,
  };
}
