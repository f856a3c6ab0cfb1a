import { emptySummary } from './test-summary.mjs';

/** Thrown by a check that cannot run here. */
export class SkippedCheck extends Error {}

/**
 * Runs checks, prints a line for each as it ends, and counts them as tests.
 * @param {{ name: string, run: () => Promise<void> }[]} checks throwing is failing
 * @param {number} atOnce how many run side by side; the next one starts when one ends
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export async function runNamedChecks(checks, atOnce = 1) {
  const summary = emptySummary();
  const waiting = [...checks];
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift())
      await runNamedCheck(check, summary);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return summary;
}

/**
 * @param {{ name: string, run: () => Promise<void> }} check
 * @param {import('./test-summary.mjs').Summary} summary
 */
async function runNamedCheck({ name, run }, summary) {
  const start = Date.now();
  const seconds = () => (Date.now() - start) / 1000;
  try {
    await run();
    summary.counts.passed += 1;
    console.log(`✓ ${name} (${seconds().toFixed(1)} s)`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof SkippedCheck) {
      summary.counts.skipped += 1;
      console.log(`- ${name}: skipped, ${message}`);
    } else {
      summary.counts.failed += 1;
      summary.failures.push(`${name}: ${message.split('\n')[0]}`);
      console.log(`✗ ${name} (${seconds().toFixed(1)} s)\n${message.replace(/^/gm, '    ')}`);
    }
  }
  summary.slowest.push({ name, seconds: seconds() });
}
