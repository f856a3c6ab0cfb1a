import type { BoxStatistics, ResolutionByBox } from '@sillage/contracts';
import { rmseScore } from './box-table.js';

/** The boxes of `sillage score --json --boxes`: keys are a contract with other programs. */
export function boxesJson({
  boxes,
  resolution,
}: {
  boxes: BoxStatistics;
  resolution: ResolutionByBox | null;
}): object {
  return {
    rmse_boxes: {
      size_deg: boxes.sizeDeg,
      south_deg: boxes.southDeg,
      west_deg: boxes.westDeg,
      row_count: boxes.rowCount,
      column_count: boxes.columnCount,
      rmse_score: Array.from({ length: boxes.rowCount * boxes.columnCount }, (_, box) =>
        rmseScore(boxes, box),
      ),
    },
    resolution_boxes: resolution && {
      size_deg: resolution.sizeDeg,
      lat_deg: resolution.latDeg,
      lon_deg: resolution.lonDeg,
      direction: resolution.direction,
      unit: resolution.unit,
      longest_wavelength: resolution.longestWavelength,
      lambda_x: resolution.boxes.map(({ wavelength }) => wavelength),
      unresolved: resolution.boxes.map(({ unresolved }) => unresolved),
      piece_count: resolution.boxes.map(({ pieceCount }) => pieceCount),
      lambda_x_whole: resolution.whole.wavelength,
    },
  };
}
