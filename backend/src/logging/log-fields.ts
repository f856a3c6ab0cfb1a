import { AsyncLocalStorage } from 'node:async_hooks';

/** What a line of the log is about, besides its message. Identities only: never a secret, a name or a number of a score. */
export type LogFields = {
  requestId?: string;
  /** Whose sign-in failed. */
  accountId?: string | undefined;
  submissionId?: string | null;
  evaluationId?: string | null;
  jobId?: string;
  attempt?: number;
  method?: string;
  route?: string;
  status?: number;
  durationMs?: number;
};

const storage = new AsyncLocalStorage<LogFields>();

/** Every line that is logged during `work`, and what it awaits, carries `fields`. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return storage.run(fields, work);
}

/** From here on, for the rest of the request; outside of one nothing happens. */
export function addLogFields(fields: LogFields): void {
  const current = storage.getStore();
  if (current !== undefined) Object.assign(current, fields);
}

export function currentLogFields(): LogFields {
  return storage.getStore() ?? {};
}
