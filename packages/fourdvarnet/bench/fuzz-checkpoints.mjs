/**
 * `npm run fuzz:checkpoints -- [--cases 100000] [--seed 1] [--first 0]`: reads broken and hostile checkpoints, made from small ones
 * of our own and, where `../shared` is there, from those that PyTorch wrote. Each must be refused with a CheckpointError or give
 * a right answer, within 2 s of the processor and in bounded memory. Prints what became of the cases; ends with 1, and says how to repeat it, when
 * one misbehaved.
 */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const SLOW_MS = 2000; // of the processor
const STUCK_MS = 60_000; // on the clock: the machine may be busy with something else
const MAX_HEAP_MIB = 256;
const MAX_RESIDENT_GROWTH_MIB = 512;
const LIMITS = { maxTensorBytes: 32 * 2 ** 20 };
const MIB = 2 ** 20;
const goldenFolder = new URL('../../../../shared/golden/fourdvarnet/', import.meta.url);

if (isMainThread) await watch();
else await work();

/** Runs the worker and looks after it: a thread that hangs cannot report itself. */
async function watch() {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      first: { type: 'string', default: '0' },
    },
  });
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const options = { seed: Number(values.seed), first: Number(values.first), cases: Number(values.cases) };
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { ...options, progress },
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
  });
  let last = -1;
  const watchdog = setInterval(() => {
    const current = Atomics.load(progress, 0);
    if (current === last) {
      console.error(`Case ${current} of seed ${options.seed} takes more than ${STUCK_MS / 1000} s.`);
      process.exit(1);
    }
    last = current;
  }, STUCK_MS);
  worker.on('error', (error) => {
    console.error(`Case ${Atomics.load(progress, 0)} of seed ${options.seed}: ${error.stack ?? error}`);
    console.error(
      `Repeat it: npm run fuzz:checkpoints -- --seed ${options.seed} --first ${Atomics.load(progress, 0)} --cases 1`,
    );
    process.exitCode = 1;
  });
  worker.on('exit', () => clearInterval(watchdog));
}

async function work() {
  const { readCheckpoint, recogniseNetwork } = await import('@sillage/fourdvarnet');
  const { mutated, seededRandom } = await import('../src/testing/checkpoint-mutations.ts');
  const { verdictOf } = await import('../src/testing/checkpoint-verdict.ts');
  const writer = await import('../src/testing/checkpoint-writer.ts');
  const { ownSeeds } = await import('../src/testing/checkpoint-seeds.ts');
  const reader = { read: (bytes) => readCheckpoint(bytes, LIMITS), recognise: recogniseNetwork };
  const own = ownSeeds(writer);
  const seeds = [...own, ...goldenSeeds(reader.read)];
  /** Every other case is one of our own: they hold as much structure in a hundredth of the bytes. */
  const pick = (random) => (random(2) === 0 ? own[random(own.length)] : seeds[random(seeds.length)]);
  const originals = new Map(seeds.map((seed) => [seed, reader.read(seed.bytes)]));
  const { seed, first, cases, progress } = workerData;

  const counts = new Map();
  const started = performance.now();
  let slowestMs = 0;
  let slowestCase = -1;
  let residentBytes = 0;
  const residentAtStart = process.memoryUsage.rss();
  for (let number = first; number < first + cases; number++) {
    Atomics.store(progress, 0, number);
    const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ number);
    const mutation = mutated(pick(random), seeds, random, writer.zipArchive);
    const before = threadMs();
    const verdict = verdictOf(mutation, originals.get(mutation.seed), reader);
    const tookMs = threadMs() - before;
    if (tookMs > SLOW_MS)
      throw new Error(`${mutation.kind} of ${mutation.seed.name}: it took ${Math.round(tookMs)} ms`);
    if (tookMs > slowestMs) [slowestMs, slowestCase] = [tookMs, number];
    if (number % 64 === 0) {
      residentBytes = Math.max(residentBytes, process.memoryUsage.rss());
      if (residentBytes - residentAtStart > MAX_RESIDENT_GROWTH_MIB * MIB)
        throw new Error(
          `the process has grown by ${Math.round((residentBytes - residentAtStart) / MIB)} MiB`,
        );
    }
    const key = `${mutation.kind} → ${verdict}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  report({
    counts,
    cases,
    seeds,
    seconds: (performance.now() - started) / 1000,
    slowestMs,
    slowestCase,
    residentBytes,
  });
}

/** Time that the processor spent on this thread; on all threads where Node cannot tell them apart. */
function threadMs() {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/** Files that PyTorch wrote and that can be read; larger ones would only cost time. */
function goldenSeeds(read) {
  if (!existsSync(goldenFolder)) {
    console.log('The files in ../shared are not here: only our own are mutated.');
    return [];
  }
  const folders = ['ckpt_formats', 'tiny_b2_15x24x24_nodown'];
  return folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, goldenFolder))
      .filter((name) => /[.](pt|ckpt|safetensors)$/.test(name))
      .map((name) => ({
        name,
        bytes: new Uint8Array(readFileSync(new URL(`${folder}/${name}`, goldenFolder))),
      }))
      .filter(({ bytes }) => {
        try {
          return read(bytes).tensors.size > 0;
        } catch {
          return false; // the files that must be refused
        }
      }),
  );
}

function report({ counts, cases, seeds, seconds, slowestMs, slowestCase, residentBytes }) {
  for (const [key, count] of [...counts].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${String(count).padStart(8)}  ${key}`);
  const totals = new Map();
  for (const [key, count] of counts) {
    const verdict = key.split(' → ')[1];
    totals.set(verdict, (totals.get(verdict) ?? 0) + count);
  }
  console.log('\nBy outcome');
  for (const [verdict, count] of [...totals].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(8)}  ${verdict}`);
  console.log(
    `\n${cases} cases from ${seeds.length} files in ${seconds.toFixed(0)} s; the slowest (case ${slowestCase}) took ${slowestMs.toFixed(0)} ms; at most ${Math.round(residentBytes / MIB)} MiB resident.`,
  );
}
