import { Logger } from '@nestjs/common';
import { withLogFields, type LogFields } from '../logging/log-fields.js';
import type { AnsweredRequest } from './observe-requests.js';
import { contextOf } from './request-context.js';

/** Asked every second or so by monitors and evaluators: worth a line only when it goes wrong. */
const EXPECTED = /^\/(metrics|api\/health(\/\w+)?|api\/worker\/(claim|jobs\/:id\/heartbeat))$/;
const ID_FIELDS = { submissions: 'submissionId', evaluations: 'evaluationId', jobs: 'jobId' } as const;
const logger = new Logger('request');

/** One line for a request, by its declared route: neither its address nor its query, which may hold a secret. */
export function logRequest({ request, method, route, status, durationMs }: AnsweredRequest): void {
  if (status < 400 && EXPECTED.test(route)) return;
  const fields = {
    ...contextOf(request).logFields,
    ...idsIn(request.params, route),
    method,
    route,
    status,
    durationMs: Math.round(durationMs),
  };
  withLogFields(fields, () => {
    if (status >= 500) logger.error('failed');
    else logger.log('answered');
  });
}

function idsIn(parameters: Record<string, unknown> | undefined, route: string): LogFields {
  const [, kind] = /\/(submissions|evaluations|jobs)\/:id(\/|$)/.exec(route) ?? [];
  const id = parameters?.['id'];
  if (kind === undefined || typeof id !== 'string') return {};
  return { [ID_FIELDS[kind as keyof typeof ID_FIELDS]]: id.slice(0, 36) };
}
