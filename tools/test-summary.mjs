/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, seconds: number }} TimedTest
 * @typedef {{ name: string, firstError: string }} SecondTry a test that failed and then passed: a race, or a mistake
 * @typedef {{ counts: Counts, slowest: TimedTest[], failures: string[], secondTries: SecondTry[] }} Summary
 */

/** @returns {Summary} */
export const emptySummary = () => ({
  counts: { passed: 0, failed: 0, skipped: 0 },
  slowest: [],
  failures: [],
  secondTries: [],
});

/**
 * What a run of vitest found, from its JSON report. A file that does not load, and an error outside of any test, count as
 * failed tests: green must mean that everything ran.
 * @param {unknown} report null when vitest wrote none
 * @param {number} exitStatus
 * @returns {Summary}
 */
export function summariseVitest(report, exitStatus) {
  const summary = emptySummary();
  const { testResults = [] } =
    /** @type {{ testResults?: { name: string, status: string, message?: string, assertionResults: { status: string, fullName: string, duration?: number | null, failureMessages?: string[] }[] }[] }} */ (
      report ?? {}
    );
  for (const file of testResults) {
    for (const { status, fullName, duration, failureMessages: [firstError] = [] } of file.assertionResults) {
      if (status === 'passed') {
        summary.counts.passed += 1;
        if (firstError !== undefined)
          summary.secondTries.push({ name: fullName, firstError: firstError.split('\n')[0] ?? '' });
      } else if (status === 'failed') {
        summary.counts.failed += 1;
        summary.failures.push(fullName);
      } else summary.counts.skipped += 1;
      summary.slowest.push({ name: fullName, seconds: (duration ?? 0) / 1000 });
    }
    const hasFailedTest = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) {
      summary.counts.failed += 1;
      summary.failures.push(`${file.name}: ${(file.message ?? 'did not load').split('\n')[0]}`);
    }
  }
  if (exitStatus !== 0 && summary.counts.failed === 0) {
    summary.counts.failed += 1;
    summary.failures.push(`vitest ended with status ${exitStatus} though no test failed`);
  }
  summary.slowest.sort((a, b) => b.seconds - a.seconds);
  return summary;
}

/**
 * @param {Summary[]} summaries
 * @returns {Summary}
 */
export function addSummaries(summaries) {
  const sum = emptySummary();
  for (const { counts, slowest, failures, secondTries } of summaries) {
    sum.counts.passed += counts.passed;
    sum.counts.failed += counts.failed;
    sum.counts.skipped += counts.skipped;
    sum.slowest.push(...slowest);
    sum.failures.push(...failures);
    sum.secondTries.push(...secondTries);
  }
  sum.slowest.sort((a, b) => b.seconds - a.seconds);
  return sum;
}

/** @param {Counts} counts */
export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** @param {Counts} counts */
export const isGreen = ({ passed, failed }) => failed === 0 && passed > 0;
