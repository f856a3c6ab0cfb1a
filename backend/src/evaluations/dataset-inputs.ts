import type { FileRole } from '@sillage/contracts';
import type { Database } from '../database/database.js';
import type { DatasetInput } from './domain/step-inputs.js';

/** The files of a dataset version. */
export async function listDatasetInputs(
  database: Database,
  datasetVersionId: string,
): Promise<DatasetInput[]> {
  const rows = await database.query<{
    role: FileRole;
    area: string;
    scenario: string | null;
    path: string;
    sha256: string;
    size_bytes: string;
    variable: string | null;
  }>(
    `select role, area, scenario, path, sha256, size_bytes, variable from dataset_files
     where dataset_version_id = $1 order by path, id`,
    [datasetVersionId],
  );
  return rows.map(({ scenario, sha256, size_bytes: sizeBytes, ...row }) => ({
    ...row,
    ...(scenario === null ? {} : { scenario }),
    object: { sha256, sizeBytes: Number(sizeBytes) },
  }));
}
