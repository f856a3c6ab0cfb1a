import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, serviceNode } from './clone.mjs';
import { runNamedChecks, SkippedCheck } from './named-checks.mjs';
import { PYTHON, REQUIREMENTS } from './system-packages.mjs';

/**
 * Independent readers open what we write: xarray, netCDF4 and ncdump.
 * @param {string} folder for the sample files
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export async function runPythonChecks(folder) {
  const name = 'what Sillage writes opens in Python';
  const missing = REQUIREMENTS.filter(
    ({ packages, isThere }) => /xarray|netcdf-bin/.test(packages.join()) && !isThere(),
  );
  if (missing.length > 0) {
    const packages = missing.flatMap((requirement) => requirement.packages).join(' ');
    return runNamedChecks([
      {
        name,
        run: async () => {
          throw new SkippedCheck(`install ${packages}`);
        },
      },
    ]);
  }
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
    spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', timeout: 120_000 });
  const written = run(serviceNode(), path.join(ROOT, 'tools', 'checks', 'write-samples.mjs'), folder);
  const opened =
    written.status === 0
      ? run(PYTHON, path.join(ROOT, 'tools', 'checks', 'opens_in_xarray.py'), folder)
      : written;
  /** @type {{ name: string, failure: string | null }[]} */
  const reports =
    written.status === 0
      ? opened.stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [];
  const crash =
    opened.status === 0 && reports.length > 0 ? null : opened.stderr.trim() || `status ${opened.status}`;
  return runNamedChecks([
    ...reports.map((report) => ({
      name: report.name,
      run: async () => {
        if (report.failure !== null) throw new Error(report.failure);
      },
    })),
    ...(crash === null
      ? []
      : [
          {
            name,
            run: async () => {
              throw new Error(crash);
            },
          },
        ]),
  ]);
}
