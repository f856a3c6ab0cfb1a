import { emptySummary } from './test-summary.mjs';

/** Thrown by a check that cannot run here. */
export class SkippedCheck extends Error {}

/**
 * Runs checks one after the other, prints a line each, and counts them as tests.
 * @param {{ name: string, run: () => Promise<void> }[]} checks throwing is failing
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export async function runNamedChecks(checks) {
  const summary = emptySummary();
  for (const { name, run } of checks) {
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
  return summary;
}
