// One process of `npm run fuzz`: tries cases of one target, notes each one before it is tried, and sends the tally.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { loadTarget } from './targets.ts';
import { caseOf, runCases } from './run-cases.ts';

const [name = '', seedText, firstText, endText, progressPath = '', savePath] = process.argv.slice(2);
const [seed, first, end] = [Number(seedText), Number(firstText), Number(endText)];
const target = await loadTarget(name);
if (savePath !== undefined) writeFileSync(savePath, caseOf(target, seed, first).bytes);
const progress = openSync(progressPath, 'w');
const note = new Uint8Array(8);
// What was found once, and good files, as they are.
if (first === 0)
  for (const kept of target.seeds) await target.run({ seed: kept, kind: 'unchanged', bytes: kept.bytes });
const tally = await runCases(target, {
  seed,
  first,
  end,
  onCase: (number) => {
    new DataView(note.buffer).setFloat64(0, number);
    writeSync(progress, note, 0, note.length, 0);
  },
});
closeSync(progress);
process.send?.({ ...tally, peakBytes: process.resourceUsage().maxRSS * 1024 });
// What a library keeps open must not keep the process.
process.disconnect?.();
