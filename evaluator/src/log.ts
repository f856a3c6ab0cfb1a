export type LogFields = Record<string, string | number | boolean | null | undefined>;
export type Log = (event: string, fields?: LogFields) => void;

const WARNINGS = new Set([
  ...['disk-full', 'backend-away', 'claim-refused', 'heartbeat-failed', 'job-dropped', 'retry', 'no-runtime'],
  'finish-failed',
]);

/** One JSON object a line: the instant, the event and its fields. */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (event, fields = {}) => {
    const level = WARNINGS.has(event) ? 'warn' : 'info';
    write(JSON.stringify({ at: now().toISOString(), level, process: 'evaluator', event, ...fields }));
  };
}
