import { Injectable } from '@nestjs/common';
import { stepSchema } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { EvaluationProducts } from '../evaluations/evaluation-products.js';
import { EvaluationRetries } from '../evaluations/evaluation-retries.js';
import { StorageService, type StorageStanding } from '../storage/storage.service.js';
import { Transactions } from '../transactions/transactions.js';
import { attentionOf, type Attention } from './domain/attention.js';
import {
  OperationsRepository,
  type Failure,
  type StepStanding,
  type WorkerStanding,
} from './operations.repository.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FAILURE_COUNT = 50;
/** Of telling the same event: from then on it is no passing trouble. */
const ATTEMPTS_OF_TROUBLE = 3;

export type Operations = {
  workers: WorkerStanding[];
  steps: StepStanding[];
  failures: Failure[];
  store: StorageStanding;
  attention: Attention[];
};

/** How the platform itself is: who works, what waits, what failed. */
@Injectable()
export class OperationsService {
  constructor(
    private readonly operations: OperationsRepository,
    private readonly challenges: ChallengesService,
    private readonly retries: EvaluationRetries,
    private readonly products: EvaluationProducts,
    private readonly storage: StorageService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
  ) {}

  async look(): Promise<Operations> {
    const workers = await this.operations.listWorkers(MINUTE_MS);
    const known = await this.operations.listSteps(DAY_MS);
    const steps = stepSchema.options.map(
      (step) => known.find((standing) => standing.step === step) ?? nothingOf(step),
    );
    const failures = await this.operations.listFailures(30 * DAY_MS, FAILURE_COUNT);
    const store = await this.storage.recent();
    return {
      workers,
      steps,
      failures,
      store,
      attention: attentionOf({
        steps,
        workedSteps: new Set(
          workers.filter(({ isConnected }) => isConnected).flatMap((worker): string[] => worker.steps),
        ),
        retryableFailures: failures.filter(({ mayRetry }) => mayRetry).length,
        failedReferences: await this.operations.listFailedReferences(),
        outdatedProducts: await this.#outdatedProducts(),
        stuckJobs: await this.operations.countStuck(MINUTE_MS),
        failedMails: await this.operations.countFailedMails(7 * DAY_MS),
        missingObjects: store.missing.length,
        untoldEvents: await this.operations.countUntold(ATTEMPTS_OF_TROUBLE),
      }),
    };
  }

  retry(organiser: Account, evaluationId: string): ReturnType<EvaluationRetries['retry']> {
    return this.transactions.run(async () => {
      const retried = await this.retries.retry(evaluationId);
      await this.audit.record({
        actor: organiser,
        action: 'evaluation.retry',
        subject: { kind: 'evaluation', id: evaluationId },
        summary: `Tried the step '${retried.step}' of submission ${retried.submissionId} again.`,
        details: retried,
      });
      return retried;
    });
  }

  async #outdatedProducts(): Promise<{ challenge: string; count: number }[]> {
    const found = [];
    for (const { id, datasetVersionId, disclosure } of await this.challenges.list()) {
      const { length } = await this.products.listOutdated(datasetVersionId, disclosure);
      if (length > 0) found.push({ challenge: id, count: length });
    }
    return found;
  }
}

function nothingOf(step: StepStanding['step']): StepStanding {
  return {
    step,
    queued: 0,
    running: 0,
    oldestWaitS: null,
    finished: 0,
    failed: 0,
    waitMedianS: null,
    waitP95S: null,
    runMedianS: null,
    runP95S: null,
  };
}
