import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DisclosureLevel } from '@sillage/contracts';
import { inspectDataset, sha256OfFile } from '@sillage/pipeline';
import { datasetReportText, findingCounts } from '../../terminal/dataset-report.js';
import { print, printJson } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatDuration } from '../../terminal/quantities.js';
import { cliVersion } from '../../version.js';
import { datasetOf } from './local-challenge.js';

export type CheckDatasetOptions = { disclosure?: DisclosureLevel; json?: boolean };

/** What the platform finds in the files of a challenge. Exit status 1 if there are errors. */
export async function checkDataset(idOrFolder: string, options: CheckDatasetOptions): Promise<void> {
  const { folder, definition: written } = datasetOf(idOrFolder);
  const definition = { ...written, disclosure: options.disclosure ?? written.disclosure };
  const startMs = performance.now();
  const progress = createProgressLine();
  const paths = [...new Set(definition.files.map(({ path }) => path))].filter((path) =>
    existsSync(join(folder, path)),
  );
  const files: Parameters<typeof inspectDataset>[0]['files'][number][] = [];
  const report = await (async () => {
    for (const path of paths) {
      const localPath = join(folder, path);
      progress.update(0, `checksum of ${path}`);
      files.push({
        path,
        localPath,
        sha256: await sha256OfFile(localPath),
        sizeBytes: statSync(localPath).size,
      });
    }
    return inspectDataset({
      definition,
      files,
      evaluatorVersion: cliVersion(),
      now: new Date(),
      onProgress: progress.update,
    });
  })().finally(progress.clear);
  const isSound = report.findings.every(({ severity }) => severity !== 'error');
  if (options.json === true)
    printJson({ challenge: definition.id, disclosure: definition.disclosure, ...report });
  else {
    const seconds = (performance.now() - startMs) / 1000;
    const count = `${report.files.length} ${report.files.length === 1 ? 'file' : 'files'}`;
    print(
      `${definition.id} ${definition.datasetVersion}, level '${definition.disclosure}': ${count}, ${findingCounts(report.findings)} (${formatDuration(seconds)})\n`,
    );
    print(
      report.files.length === 0 && definition.files.length === 0
        ? 'The definition names no files: it describes the challenge, and its data are not installed.'
        : datasetReportText(report),
    );
  }
  if (!isSound) process.exitCode = 1;
}
