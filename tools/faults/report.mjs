// The table of a run.

/** @typedef {{ kind: string, violations: string[], recoveryMs: number, wholeMs: number }} Outcome */

/**
 * @param {readonly Outcome[]} outcomes
 * @param {ReadonlyMap<string, string>} skipped why, by kind
 * @returns {string} Markdown
 */
export function outcomeTable(outcomes, skipped = new Map()) {
  const byKind = Map.groupBy(outcomes, ({ kind }) => kind);
  return [
    '| fault | rounds | with violations | recovery, median s | longest, s |',
    '|---|---:|---:|---:|---:|',
    ...[...byKind]
      .sort(([first], [second]) => first.localeCompare(second, 'en'))
      .map(([kind, own]) => rowOf(kind, own)),
    ...[...skipped].map(([kind, why]) => `| ${kind} | skipped: ${why} | | | |`),
    rowOf('all', outcomes),
    '',
    `A round took ${seconds(outcomes.reduce((sum, { wholeMs }) => sum + wholeMs, 0) / Math.max(1, outcomes.length))} s.`,
  ].join('\n');
}

/**
 * @param {string} name
 * @param {readonly Outcome[]} outcomes
 */
function rowOf(name, outcomes) {
  const failed = outcomes.filter(({ violations }) => violations.length > 0).length;
  const sorted = outcomes.map(({ recoveryMs }) => recoveryMs).sort((first, second) => first - second);
  const median = seconds(sorted[Math.floor(sorted.length / 2)]);
  return `| ${name} | ${outcomes.length} | ${failed} | ${median} | ${seconds(sorted.at(-1))} |`;
}

/** @param {number | undefined} durationMs */
const seconds = (durationMs) => (durationMs === undefined ? '–' : (durationMs / 1000).toFixed(1));
