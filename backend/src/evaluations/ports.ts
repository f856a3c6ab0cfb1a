// What moving evaluations along needs of the database and of other features: a test gives fakes of these.
import type { JobOutcome } from '@sillage/contracts';
import type { ObjectClaims } from '../object-store/object-claims.js';
import type { OutboxService } from '../outbox/outbox.service.js';
import type { QueueService } from '../queue/queue.service.js';
import type { QuotaLedgerService } from '../quota/quota-ledger.service.js';
import type { Port } from '../transactions/port.js';
import type { EvaluationContextsRepository } from './evaluation-contexts.repository.js';
import type { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import type { EvaluationsRepository } from './evaluations.repository.js';

export type DoneResult = Extract<JobOutcome, { status: 'done' }>['result'];

export type EvaluationRecords = Port<EvaluationsRepository>;
export type EvaluationProgress = Port<EvaluationProgressRepository>;
export type EvaluationContexts = Port<EvaluationContextsRepository>;
export type JobQueue = Pick<QueueService, 'enqueue' | 'cancelOf' | 'findFailed' | 'haveProductsFailed'>;
export type QuotaSettlement = Pick<QuotaLedgerService, 'settle'>;
export type StoredObjects = Pick<ObjectClaims, 'require'>;
export type EventRecord = Pick<OutboxService, 'record'>;
