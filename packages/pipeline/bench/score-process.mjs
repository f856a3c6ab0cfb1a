/** What `sillage score` does, in a process of its own: scores two files and prints the result and the peak memory. */
import { scoreReconstruction } from '@sillage/pipeline';

const [referencePath, reconstructionPath, temporaryFolder] = process.argv.slice(2);
const { scores } = await scoreReconstruction({
  referencePath,
  reconstructionPath,
  protocol: 'osse-2020a',
  threads: 2,
  temporaryFolder,
});
console.log(JSON.stringify({ scores, peakMiB: process.resourceUsage().maxRSS / 1024 }));
