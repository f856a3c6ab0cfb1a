import type { DatasetVersionView } from '@sillage/contracts';
import { createApiClient } from '../../api/api-client.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson } from '../../terminal/output.js';
import { formatBytes } from '../../terminal/quantities.js';
import { formatTable } from '../../terminal/table.js';
import { parseVersionName } from '../organise/draft.js';

type Options = { url?: string; json?: boolean };

export async function listVersions(challenge: string, options: Options): Promise<void> {
  const versions = await createApiClient(serverSettings(options, process.env)).datasetVersions(challenge);
  if (options.json === true) return printJson(versions);
  print(
    formatTable<DatasetVersionView>(
      [
        { title: 'version', value: ({ version }) => version },
        { title: 'state', value: ({ state, isCurrent }) => (isCurrent ? `${state}, scored on` : state) },
        { title: 'files', align: 'right', value: ({ fileCount }) => String(fileCount) },
        { title: 'size', align: 'right', value: ({ sizeBytes }) => formatBytes(sizeBytes) },
        { title: 'scores', align: 'right', value: ({ scoreCount }) => String(scoreCount) },
        { title: 'made', value: ({ createdAt }) => createdAt.slice(0, 10) },
        { title: 'by', value: ({ createdBy }) => createdBy ?? '-' },
        { title: 'changes', value: ({ changes }) => changes },
      ],
      versions,
    ),
  );
}

export async function publishVersion(name: string, options: Options & { changes?: string }): Promise<void> {
  const { challengeId, version } = parseVersionName(name);
  const { changes } = options;
  const published = await createApiClient(serverSettings(options, process.env)).publishVersion(
    challengeId,
    version,
    changes === undefined ? {} : { changes },
  );
  if (options.json === true) printJson(published);
  else print(`${challengeId} is scored on dataset version ${published.version} now`);
}

export async function retireVersion(name: string, options: Options): Promise<void> {
  const { challengeId, version } = parseVersionName(name);
  const client = createApiClient(serverSettings(options, process.env));
  const retired = await client.retireVersion(challengeId, version);
  if (options.json === true) printJson(retired);
  else
    print(`dataset version ${retired.version} of ${challengeId} is retired: it cannot be published any more`);
}
