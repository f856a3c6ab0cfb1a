import type { LeaderboardRow } from '@sillage/contracts';
import { ApiFailure } from '@sillage/client';
import type { Gateway } from '../../../lib/api/gateway';
import { isoDayOf } from '../../../lib/format-time';
import type { ComparisonMapsSource } from './comparison-figures';
import { COMPARED_LAYERS, comparedScales, layerOf, mapPanels, type MappedRow } from './comparison-panels';

/**
 * The maps of a comparison as the page shows them: one field on one day. Null where there are none of this day, or none at all.
 *
 * @param asked - `layer`, by default heights, and `day` as `YYYY-MM-DD`, by default the first.
 */
export async function loadComparisonMaps(
  gateway: Pick<Gateway, 'mapManifest' | 'mapFrame'>,
  rows: readonly LeaderboardRow[],
  asked: Readonly<Record<string, string>>,
): Promise<ComparisonMapsSource | null> {
  const found = await Promise.all(
    rows
      .filter((row) => row.hasMaps)
      .map(async (row) => ({ row, manifest: await orNull(gateway.mapManifest(row.evaluationId)) })),
  );
  const [first, ...others] = found.flatMap(({ row, manifest }): MappedRow[] =>
    manifest === null ? [] : [{ row, manifest }],
  );
  if (first === undefined) return null;
  const layerName = COMPARED_LAYERS.find((name) => name === asked['layer']) ?? 'reconstruction';
  const { timeDays } = first.manifest;
  const day = asked['day'] === undefined ? 0 : timeDays.findIndex((time) => isoDayOf(time) === asked['day']);
  const time = timeDays[day];
  if (time === undefined) return null;
  const panels = mapPanels([first, ...others], layerName, time);
  if (panels.length === 0) return null;
  const [land, ...values] = await Promise.all([
    layerOf(first.manifest, 'reference') === undefined
      ? null
      : orNull(gateway.mapFrame(first.row.evaluationId, 'reference', day)),
    ...panels.map((panel) =>
      panel.day === null
        ? null
        : orNull(gateway.mapFrame(panel.row.evaluationId, panel.layer.name, panel.day)),
    ),
  ]);
  return {
    layerName,
    timeDays: time,
    panels: panels.map((panel, index) => ({ ...panel, values: values[index] ?? null })),
    scale: comparedScales([first, ...others])[layerName],
    land: land === null || land === undefined ? null : { manifest: first.manifest, values: land },
  };
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiFailure) return null; // withheld, or withdrawn a moment ago
    throw error;
  }
}
