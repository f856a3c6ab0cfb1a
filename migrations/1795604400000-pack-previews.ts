import type { MigrationInterface, QueryRunner } from 'typeorm';

type Row = { id: string; report: { files: FileReport[] } };
type FileReport = { previewMap: PreviewMap | null; previewTrack: PreviewTrack | null };
type PreviewMap = NumberedMap | PackedMap;
type NumberedMap = { centimetres: (number | null)[] };
type PackedMap = { scale: number; offset: number; values: string };
type PreviewTrack = { points: [number, number, number][] | string };

const REPORTED = ['drafts', 'dataset_versions'];
const MISSING = -32_768;
const LARGEST = 32_767;
const POINT_BYTES = 12;

/** Pictures in reports are bytes: int16 heights of maps, float32 longitudes, latitudes and heights of tracks. Before they were numbers. */
export class PackPreviews1795604400000 implements MigrationInterface {
  name = 'PackPreviews1795604400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await rewrite(queryRunner, packedMap, packedTrack);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await rewrite(queryRunner, numberedMap, numberedTrack);
  }
}

/** One report at a time: each may have megabytes. */
async function rewrite(
  queryRunner: QueryRunner,
  mapOf: (map: PreviewMap) => PreviewMap,
  trackOf: (track: PreviewTrack) => PreviewTrack,
): Promise<void> {
  for (const table of REPORTED) {
    const ids: Pick<Row, 'id'>[] = await queryRunner.query(
      `select id from ${table} where report is not null`,
    );
    for (const { id } of ids) {
      const [row]: Row[] = await queryRunner.query(`select id, report from ${table} where id = $1`, [id]);
      const files = row!.report.files.map((file) => ({
        ...file,
        previewMap: file.previewMap && mapOf(file.previewMap),
        previewTrack: file.previewTrack && trackOf(file.previewTrack),
      }));
      await queryRunner.query(`update ${table} set report = $2 where id = $1`, [
        id,
        JSON.stringify({ ...row!.report, files }),
      ]);
    }
  }
}

function packedMap(map: PreviewMap): PreviewMap {
  if (!('centimetres' in map)) return map;
  const { centimetres, ...others } = map;
  const largest = centimetres.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  const step = Math.max(1, largest / LARGEST); // cm
  const bytes = Buffer.alloc(2 * centimetres.length);
  centimetres.forEach((value, node) =>
    bytes.writeInt16LE(value === null ? MISSING : Math.round(value / step), 2 * node),
  );
  return { ...others, scale: step / 100, offset: 0, values: bytes.toString('base64') };
}

function numberedMap(map: PreviewMap): PreviewMap {
  if (!('values' in map)) return map;
  const { values, scale, offset, ...others } = map;
  const bytes = Buffer.from(values, 'base64');
  const centimetres = Array.from({ length: bytes.length / 2 }, (_, node) => {
    const raw = bytes.readInt16LE(2 * node);
    return raw === MISSING ? null : Math.round(100 * (raw * scale + offset));
  });
  return { ...others, centimetres };
}

function packedTrack(track: PreviewTrack): PreviewTrack {
  if (typeof track.points === 'string') return track;
  const bytes = Buffer.alloc(POINT_BYTES * track.points.length);
  track.points.forEach(([lonDeg, latDeg, centimetres], index) => {
    bytes.writeFloatLE(lonDeg, POINT_BYTES * index);
    bytes.writeFloatLE(latDeg, POINT_BYTES * index + 4);
    bytes.writeFloatLE(centimetres / 100, POINT_BYTES * index + 8);
  });
  return { ...track, points: bytes.toString('base64') };
}

function numberedTrack(track: PreviewTrack): PreviewTrack {
  if (typeof track.points !== 'string') return track;
  const bytes = Buffer.from(track.points, 'base64');
  const rounded = (at: number, steps: number) => Math.round(steps * bytes.readFloatLE(at));
  const points = Array.from({ length: bytes.length / POINT_BYTES }, (_, index): [number, number, number] => {
    const at = POINT_BYTES * index;
    return [rounded(at, 1000) / 1000, rounded(at + 4, 1000) / 1000, rounded(at + 8, 100)];
  });
  return { ...track, points };
}
