import { apiPaths } from '@sillage/client';
import { createApiClient } from '../../api/api-client.js';
import { serverSettings } from '../../settings/settings.js';
import { print } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatBytes } from '../../terminal/quantities.js';
import { placeFor } from './download.js';

export type SnapshotOptions = { url?: string; out?: string; force?: boolean };

/** Every public score of a challenge, as one zip that needs the platform no more. */
export async function snapshot(challenge: string, options: SnapshotOptions): Promise<void> {
  const client = createApiClient(serverSettings(options, process.env));
  const { id } = await client.challenge(challenge);
  const outputPath = placeFor(options.out, `${id}-snapshot.zip`, options.force === true);
  const progress = createProgressLine();
  const sizeBytes = await client
    .download(apiPaths.snapshot(id), outputPath, (doneBytes) =>
      progress.update(0, `${id}: ${formatBytes(doneBytes)}`),
    )
    .finally(progress.clear);
  print(`${outputPath}: ${formatBytes(sizeBytes)}`);
}
