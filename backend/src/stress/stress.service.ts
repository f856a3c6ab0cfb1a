import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { STRESS_KINDS, type StressRequest, taskExtent, type TaskReference } from '@sillage/contracts';
import { isOrganiser, type Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { DomainError } from '../errors/domain-error.js';
import { isFinal } from '../evaluations/domain/evaluation-state.js';
import { predictInputs } from '../evaluations/domain/step-inputs.js';
import { isAuthor, isTombstone, mayManageSubmission } from '../submissions/domain/visibility.js';
import {
  VisibleSubmissionsService,
  type SubmissionDetails,
} from '../submissions/visible-submissions.service.js';
import { Transactions } from '../transactions/transactions.js';
import { stressPlan, variantKey, type StressVariant } from './domain/stress-plan.js';
import {
  StressRunsService,
  type CheckedNetwork,
  type StressRunRecord,
} from '../stress-runs/stress-runs.service.js';

/** The runs of a submission that this viewer may see, beside the normal scores. */
export type StressDetails = {
  mayAsk: boolean;
  mayCancel: boolean;
  askableCount: number;
  normal: SubmissionDetails['evaluations'][number]['record'][];
  runs: StressRunRecord[];
};

/** Each run occupies an evaluator like a participant's network: that many for one submission are enough. */
const MOST_RUNS = 60;

/** Asking for stress runs, and reading them. */
@Injectable()
export class StressService {
  constructor(
    private readonly submissions: VisibleSubmissionsService,
    private readonly challenges: ChallengesService,
    private readonly runs: StressRunsService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
  ) {}

  async get(viewer: Account | null, submissionId: string): Promise<StressDetails> {
    const { submission, evaluations } = await this.submissions.get(viewer, submissionId);
    const records = evaluations.map(({ record }) => record);
    const mayManage = mayManageSubmission(viewer, submission);
    const isGone = isTombstone(viewer, submission);
    const runs = (await this.runs.listOf(submissionId)).filter(
      // As with evaluations: what went wrong, or is on its way, is the business of the entry's own.
      ({ state }) => (state === 'scored' && !isGone) || mayManage,
    );
    const mayRun = mayManage && submission.withdrawnAt === null;
    const network = mayRun ? await this.runs.findCheckedNetwork(submissionId) : null;
    const isLimited = network !== null && this.#limitOn(viewer, submission, network) !== null;
    const checked = isLimited ? null : network;
    const scored = records.filter(({ state }) => state === 'scored');
    const plan =
      checked === null
        ? []
        : stressPlan(checked.definition, STRESS_KINDS, { bases: scored, entered: enteredOf(records) });
    const open = plan.filter((variant) => !runs.some((run) => isOf(run, variant) && isSettled(run)));
    return {
      mayAsk: checked !== null && scored.length > 0,
      mayCancel: mayManage && runs.some(({ state }) => !isFinal(state)),
      askableCount: open.length,
      normal: scored,
      runs,
    };
  }

  /**
   * A network may hold maps that were made to find out the truth: its runs would be submissions that nobody counts. What is withheld
   * is what the dataset version of the entry withholds, whatever version is the current one.
   * @returns why the viewer has no run made, or null.
   */
  #limitOn(
    viewer: Account | null,
    { challengeName }: SubmissionDetails['submission'],
    { disclosure }: CheckedNetwork,
  ): DomainError | null {
    if (isOrganiser(viewer) || disclosure === 'practice') return null;
    return new DomainError(
      'not-allowed',
      `The truth of '${challengeName}' is withheld, and each stress run is another score against it.`,
      { fix: 'Ask the organisers, who may have runs made, or ask again when the truth is public.' },
    );
  }

  /** The same request again makes no run twice; one that failed on our side is tried again. */
  async ask(account: Account, submissionId: string, request: StressRequest): Promise<StressDetails> {
    const { submission, evaluations } = await this.submissions.get(account, submissionId);
    if (!mayManageSubmission(account, submission)) {
      throw new DomainError(
        'not-allowed',
        'Stress runs are for the author of a submission, and for organisers.',
      );
    }
    requireStanding(submission);
    const checked = await this.runs.findCheckedNetwork(submissionId);
    if (checked === null) {
      throw new DomainError('invalid-request', 'This submission is no network that the platform can run.', {
        fix: 'Submit a checkpoint or an ONNX file, and ask once it has a score: maps cannot be made again without a satellite.',
      });
    }
    const limit = this.#limitOn(account, submission, checked);
    if (limit !== null) throw limit;
    const records = evaluations.map(({ record }) => record);
    const bases = basesOf(records, request.tasks);
    const { definition, datasetVersionId, network, summary } = checked;
    const plan = stressPlan(definition, request.kinds, { bases, entered: enteredOf(records) });
    const existing = await this.runs.listOf(submissionId);
    const added = plan.filter((variant) => !existing.some((run) => isOf(run, variant) && isSettled(run)));
    if (existing.length + added.length > MOST_RUNS) {
      throw new DomainError(
        'invalid-request',
        `These would be ${existing.length + added.length} stress runs of one submission; at most ${MOST_RUNS} are made.`,
        { fix: 'Ask for fewer kinds, or name the tasks.' },
      );
    }
    const files = await this.runs.listFiles(datasetVersionId);
    const tasks = await this.challenges.listTasks(submission.challengeId);
    await this.transactions.run(async () => {
      await this.runs.lockSubmission(submissionId);
      requireStanding((await this.submissions.get(account, submissionId)).submission);
      for (const { without, ...reference } of added) {
        const task = tasks.find(
          ({ area, scenario }) => area === reference.area && scenario === reference.scenario,
        );
        if (task === undefined) throw new Error(`${reference.area} × ${reference.scenario} is no task`);
        const inputs = predictInputs(files, reference, summary.extraInputs);
        await this.runs.create(
          {
            id: randomUUID(),
            submissionId,
            taskId: task.id,
            datasetVersionId,
            protocol: definition.protocol,
            variant: variantKey(without),
          },
          'lacking' in inputs
            ? inputs
            : {
                network,
                memoryBytes: Math.ceil(summary.peakMemoryBytes ?? 0),
                task: taskExtent(definition, reference),
                inputs,
                without,
              },
        );
      }
    });
    return this.get(account, submissionId);
  }

  /**
   * Ends runs that are not final, also while a worker has them. One that ended meanwhile is left as it is.
   * @param runIds - of this submission; undefined: every run that is open.
   * @throws DomainError `evaluation-is-final` when nothing is left to cancel.
   */
  async cancel(
    account: Account,
    submissionId: string,
    runIds: readonly string[] | undefined,
  ): Promise<StressDetails> {
    const { submission } = await this.submissions.get(account, submissionId);
    if (!mayManageSubmission(account, submission)) {
      throw new DomainError(
        'not-allowed',
        'Stress runs are cancelled by the author of a submission, and by organisers.',
      );
    }
    await this.transactions.run(async () => {
      await this.runs.lockSubmission(submissionId);
      const runs = await this.runs.listOf(submissionId);
      const unknown = runIds?.find((id) => !runs.some((run) => run.id === id));
      if (unknown !== undefined) {
        throw new DomainError('invalid-request', `This submission has no stress run ${unknown}.`, {
          fix: 'GET /api/submissions/:id/stress lists its runs.',
        });
      }
      const open = runs.filter(
        ({ id, state }) => !isFinal(state) && (runIds === undefined || runIds.includes(id)),
      );
      if (open.length === 0) {
        throw new DomainError(
          'evaluation-is-final',
          'These stress runs have ended; nothing is left to cancel.',
          {
            fix: 'Look at the submission: its page shows what became of them.',
          },
        );
      }
      await this.runs.cancel(open.map(({ id }) => id));
      if (!isAuthor(account, submission))
        await this.audit.record({
          actor: account,
          action: 'stress.cancel',
          subject: { kind: 'submission', id: submissionId },
          summary: `Cancelled ${open.length} stress ${open.length === 1 ? 'run' : 'runs'} of ${submission.card.name} by ${submission.author} in ${submission.challengeId}.`,
          details: { runs: open.map(({ id }) => id) },
        });
    });
    return this.get(account, submissionId);
  }
}

/** @throws DomainError for a withdrawn entry: nothing is computed for it any more. */
function requireStanding({ withdrawnAt }: SubmissionDetails['submission']): void {
  if (withdrawnAt === null) return;
  throw new DomainError('submission-withdrawn', 'This entry was withdrawn: no stress run is made of it.', {
    fix: 'Submit the network again, and ask once it has a score.',
  });
}

type Standing = TaskReference & { state: string };

/** @throws DomainError where there is no normal score to compare with. */
function basesOf<Record extends Standing>(
  records: readonly Record[],
  wanted: readonly TaskReference[] | undefined,
) {
  const scored = records.filter(({ state }) => state === 'scored');
  const missing = wanted?.find(
    (task) => !scored.some(({ area, scenario }) => area === task.area && scenario === task.scenario),
  );
  if (scored.length === 0 || missing !== undefined) {
    throw new DomainError(
      'invalid-request',
      missing === undefined
        ? 'This submission has no score yet that a stress run could be compared with.'
        : `This submission has no score on ${missing.area} × ${missing.scenario}.`,
      { fix: 'Ask again once it is scored.' },
    );
  }
  return wanted === undefined
    ? scored
    : scored.filter((record) =>
        wanted.some(({ area, scenario }) => area === record.area && scenario === record.scenario),
      );
}

/** Tasks in which it has a normal score, or may still get one. */
function enteredOf<Record extends Standing>(records: readonly Record[]): Record[] {
  return records.filter(({ state }) => state === 'scored' || state === 'queued' || state === 'running');
}

function isOf(run: StressRunRecord, { area, scenario, without }: StressVariant): boolean {
  return run.area === area && run.scenario === scenario && run.variant === variantKey(without);
}

/** There, or on its way; what failed on our side or was cancelled may be asked for again. */
function isSettled({ state }: StressRunRecord): boolean {
  return state !== 'failed' && state !== 'cancelled';
}
