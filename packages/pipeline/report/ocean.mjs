// Writes docs/ocean out of the files of datasets/demo-osse: `npm run report:ocean`. The same files give the same bytes.
import { fileURLToPath } from 'node:url';
import { writeOceanReport } from '../dist/simulate/ocean-report/write-ocean-report.js';

const root = new URL('../../../', import.meta.url);
const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, root));

await writeOceanReport({
  areas: /** @type {const} */ (['gf', 'osmosis', 'natl']).map((area) => ({
    area,
    truthPath: path(`datasets/demo-osse/truth-${area}.nc`),
    sstPath: path(`datasets/demo-osse/sst-${area}.nc`),
  })),
  outputFolder: path('docs/ocean'),
  onProgress: (message) => console.log(message),
});
