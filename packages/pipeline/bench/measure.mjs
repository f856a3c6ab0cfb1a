/** What the benchmarks share: one process measured from outside, and a table of what was found against its target. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

export function machineText(runs) {
  return `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}; ${runs}; load ${loadavg()[0]?.toFixed(1)}`;
}

/** One process whose output is a line of JSON. */
export function measure(script, args) {
  const { output, ...figures } = measureText(script, args);
  return { ...figures, output: JSON.parse(output) };
}

/** One process; wall seconds with its start and exit, peak resident memory as the kernel saw it. */
export function measureText(script, args) {
  const path = (name) => fileURLToPath(new URL(name, import.meta.url));
  const started = process.hrtime.bigint();
  const child = spawnSync(process.execPath, ['--import', path('./report-peak.mjs'), path(script), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (child.status !== 0) throw new Error(`${script} ${args.join(' ')} failed: ${child.stderr}`);
  return { seconds, ...JSON.parse(child.output[3]), output: child.stdout };
}

export function best(runs) {
  const least = (name) => Math.min(...runs.map((run) => run[name]));
  return { seconds: least('seconds'), cpuSeconds: least('cpuSeconds'), peakMiB: least('peakMiB') };
}

export function row(label, { seconds, cpuSeconds, peakMiB }, targetSeconds, targetMiB) {
  const isMet =
    (targetSeconds === null || seconds <= targetSeconds) && (targetMiB === null || peakMiB <= targetMiB);
  const memory = targetMiB === null ? '' : `≤ ${targetMiB}`;
  return [
    label,
    seconds.toFixed(2),
    targetSeconds === null ? '' : `≤ ${targetSeconds}`,
    cpuSeconds.toFixed(2),
    peakMiB.toFixed(0),
    memory,
    isMet ? 'met' : 'missed',
  ];
}

export function printTable(rows, head = ['case', 'wall s', 'target', 'cpu s', 'peak MiB', 'target', '']) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column].length)));
  for (const cells of [head, ...rows])
    console.log(cells.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}
