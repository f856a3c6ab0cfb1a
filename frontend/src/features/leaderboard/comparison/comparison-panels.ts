import type { LeaderboardRow, MapLayer, MapManifest } from '@sillage/contracts';
import { colourScales, type ColourScale } from '../../../charts/maps/field-map.config';
import { nearestDay } from '../../../charts/lines/rmse-over-time-chart.config';

/** The fields that the maps of a comparison show, each of all methods at once. */
export const COMPARED_LAYERS = ['reconstruction', 'error'] as const;
export type ComparedLayer = (typeof COMPARED_LAYERS)[number];

export const LAYER_TEXTS: Record<ComparedLayer, { button: string; what: string }> = {
  reconstruction: { button: 'height', what: 'sea surface height' },
  error: { button: 'error', what: 'error' },
};

export type MappedRow = { row: LeaderboardRow; manifest: MapManifest };

/** One map of a comparison. */
export type MapPanel = {
  /** `truth`, or the evaluation. */
  id: string;
  title: string;
  row: LeaderboardRow;
  manifest: MapManifest;
  layer: MapLayer;
  /** Index of its own day nearest to the one that is looked at; null where it has none near. */
  day: number | null;
};

export function layerOf(manifest: MapManifest, name: MapLayer['name']): MapLayer | undefined {
  return manifest.layers.find((layer) => layer.name === name);
}

/** The maps of one field on one day: the truth before the heights where it is shown, then every method that has the field. */
export function mapPanels(
  mapped: readonly MappedRow[],
  layerName: ComparedLayer,
  timeDays: number,
): MapPanel[] {
  const [first] = mapped;
  const truth = first === undefined ? undefined : layerOf(first.manifest, 'reference');
  return [
    ...(layerName === 'reconstruction' && first !== undefined && truth !== undefined
      ? [{ id: 'truth', title: 'Truth', row: first.row, manifest: first.manifest, layer: truth }]
      : []),
    ...mapped.flatMap(({ row, manifest }) => {
      const layer = layerOf(manifest, layerName);
      return layer === undefined ? [] : [{ id: row.evaluationId, title: row.method, row, manifest, layer }];
    }),
  ].map((panel) => ({ ...panel, day: nearestDay(panel.manifest.timeDays, timeDays) }));
}

/** One scale for all: the first method's, errors as wide as those of the worst need. */
export function comparedScales(
  mapped: readonly [MappedRow, ...MappedRow[]],
): Record<MapLayer['name'], ColourScale> {
  return colourScales(mapped[0].manifest, Math.max(...mapped.map(({ row }) => row.scores.rmseM)));
}

/** Whether land of one of them is land of the other: maps along a withheld track come on grids of their own. */
export function isSameGrid(left: MapManifest, right: MapManifest): boolean {
  return left.lonDeg.join() === right.lonDeg.join() && left.latDeg.join() === right.latDeg.join();
}
