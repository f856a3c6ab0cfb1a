import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  EVALUATION_STATES,
  type PromoteRescoreRequest,
  type RescoreCounts,
  type RescoreReport,
  type RescoreState,
  type StartRescoreRequest,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengeRegistrationService } from '../challenge-registration/challenge-registration.service.js';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import { DatasetVersions } from '../challenges/dataset-versions.js';
import { VersionPublishing } from '../challenges/version-publishing.js';
import { compareVersions } from '../challenges/domain/fingerprint.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { isFinal } from '../evaluations/domain/evaluation-state.js';
import { ShadowEvaluationsService, type ShadowAttempt } from '../evaluations/shadow-evaluations.service.js';
import { BoardComparisonService } from '../leaderboard/board-comparison.service.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { Transactions } from '../transactions/transactions.js';
import { WorkersService } from '../workers/workers.service.js';
import { DifferenceReportsService } from './difference-reports.service.js';
import { RescoresRepository, type RescoreRecord } from './rescores.repository.js';

/** A re-score with how far it is. */
export type RescoreDetails = {
  record: RescoreRecord;
  state: RescoreState;
  counts: RescoreCounts;
  isOutdated: boolean;
};

/** Everything scored again out of sight; then shown, or not. */
@Injectable()
export class RescoresService {
  constructor(
    private readonly rescores: RescoresRepository,
    private readonly shadows: ShadowEvaluationsService,
    private readonly reports: DifferenceReportsService,
    private readonly challenges: ChallengesService,
    private readonly versions: DatasetVersions,
    private readonly publishing: VersionPublishing,
    private readonly registration: ChallengeRegistrationService,
    private readonly comparison: BoardComparisonService,
    private readonly workers: WorkersService,
    private readonly outbox: OutboxService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async start(account: Account, request: StartRescoreRequest): Promise<RescoreDetails> {
    const id = await this.transactions.run(async () => {
      const before = await this.challenges.get(request.challenge);
      await this.challenges.lock(before.id);
      const current = await this.challenges.get(before.id);
      this.challenges.requireInstalled(current);
      const target = await this.#target(current, request.version ?? current.definition.datasetVersion);
      const open = await this.rescores.findOpen(current.id);
      if (open !== null) {
        throw refused(
          `A re-score of '${current.id}' on version ${open.version} is open since ${open.createdAt.toISOString().slice(0, 16)} UTC.`,
          `Promote or discard it first: sillage rescore status ${open.id}`,
        );
      }
      const isSameVersion = target.datasetVersionId === current.datasetVersionId;
      if (isSameVersion) await this.#requireOtherEvaluator(current);
      const rescoring = {
        id: randomUUID(),
        datasetVersionId: target.datasetVersionId,
        fromVersionId: current.datasetVersionId,
      };
      await this.rescores.insert({
        ...rescoring,
        challengeId: current.id,
        createdBy: account.displayName,
        createdAt: this.clock.now(),
      });
      if (!isSameVersion) {
        await this.publishing.prepareTasks(target.definition);
        await this.registration.enterReferencesForRescore(target, rescoring.id, () => true);
      }
      const { count } = await this.shadows.takeUp(rescoring);
      const attempts = await this.shadows.listAttempts(rescoring.id);
      if (attempts.length === 0 && isSameVersion) {
        throw refused(
          `Nothing has a score on '${current.id}' ${current.definition.datasetVersion} yet: there is nothing to score again.`,
          'Wait for the first entry, or name a validated dataset version.',
        );
      }
      if (attempts.length === 0) {
        throw refused(
          `Nothing on the boards of '${current.id}' ${current.definition.datasetVersion} can be scored on ${target.definition.datasetVersion}: there is no score and no reference.`,
          'Publish the version: its boards begin empty either way.',
        );
      }
      await this.audit.record({
        actor: account,
        action: 'rescore.start',
        subject: { kind: 'rescore', id: rescoring.id },
        summary: isSameVersion
          ? `Began to score ${count} entries of ${current.id} ${current.definition.datasetVersion} again, out of sight.`
          : `Began to score ${count} entries of ${current.id} ${current.definition.datasetVersion} on ${target.definition.datasetVersion}, out of sight.`,
        details: {
          challenge: current.id,
          version: target.definition.datasetVersion,
          fromVersion: current.definition.datasetVersion,
          entries: count,
          references: attempts.length - count,
        },
      });
      return rescoring.id;
    });
    return this.get(id);
  }

  async get(id: string): Promise<RescoreDetails> {
    const record = await this.rescores.find(id);
    if (record === null) throw notFound(id);
    const [details] = await this.#withCounts([record]);
    if (details === undefined) throw notFound(id);
    return details;
  }

  async list(challengeId: string | null): Promise<RescoreDetails[]> {
    return this.#withCounts(await this.rescores.list(challengeId));
  }

  /** Of one that has ended: as it was then. */
  async differences(id: string): Promise<RescoreReport> {
    const { record, state } = await this.get(id);
    const stored = record.state === 'open' ? null : await this.rescores.findReport(id);
    return stored ?? this.reports.make(record, state);
  }

  /**
   * Shows it: at once, all of it, and once. Entries that came to the boards meanwhile are taken up first, so that nobody who has a
   * score is left behind; what is still on its way on the earlier version follows when it is scored.
   */
  async promote(account: Account, id: string, request: PromoteRescoreRequest): Promise<RescoreDetails> {
    await this.#takeUpOpen(id);
    await this.transactions.run(async () => {
      const record = await this.#lockOpen(id);
      const attempts = await this.shadows.listAttempts(id);
      const report = await this.#requirePromotable(record, attempts, request);
      const scored = attempts.filter(({ state }) => state === 'scored');
      // While it is open: its products wait behind participants' work.
      await this.shadows.makeProducts(scored.map(({ evaluationId }) => evaluationId));
      const told = new Set(
        attempts.filter(({ isEntered }) => !isEntered).map(({ submissionId }) => submissionId),
      );
      for (const submissionId of told)
        await this.outbox.record({ kind: 'submission-rescored', submissionId, rescoreId: id });
      await this.rescores.setEnded(id, {
        state: 'promoted',
        changes: request.changes,
        endedBy: account.displayName,
        endedAt: this.clock.now(),
        report: { ...report, state: 'promoted' },
      });
      if (isOfSameVersion(record))
        await this.shadows.changeBoards([...new Set(attempts.map(({ taskId }) => taskId))]);
      else await this.publishing.publish(record.challengeId, record.version, request.changes, id);
      await this.audit.record({
        actor: account,
        action: 'rescore.promote',
        subject: { kind: 'rescore', id },
        summary: `Showed the re-score of ${record.challengeId} on ${record.version}: ${request.changes}`,
        details: {
          challenge: record.challengeId,
          version: record.version,
          fromVersion: record.fromVersion,
          changes: request.changes,
          unscored: report.summary.unscored,
          outcomes: report.summary.outcomes,
        },
      });
    });
    return this.get(id);
  }

  /** Ends it unseen. Its evaluations stay for the record, where only organisers find them. */
  async discard(account: Account, id: string): Promise<RescoreDetails> {
    return this.#end(account, id, 'discarded');
  }

  /** The same, of one that has not come to its end. */
  async cancel(account: Account, id: string): Promise<RescoreDetails> {
    return this.#end(account, id, 'cancelled');
  }

  /** Tries again what failed, and what an older evaluator scored than the rest. Rejections stay: the same map is rejected again. */
  async retry(account: Account, id: string): Promise<RescoreDetails> {
    await this.transactions.run(async () => {
      const record = await this.#lockOpen(id);
      const attempts = await this.shadows.listAttempts(id);
      const newest = versionsOf(attempts).at(-1);
      const isToRetry = (attempt: ShadowAttempt) =>
        attempt.state === 'failed' || (attempt.state === 'scored' && attempt.evaluatorVersion !== newest);
      const entered = attempts.filter(({ isEntered }) => isEntered);
      const standing = await this.comparison.listById(
        entered.filter((attempt) => !isToRetry(attempt)).map(({ evaluationId }) => evaluationId),
      );
      const previous = attempts.flatMap((attempt) =>
        isToRetry(attempt) && !attempt.isEntered && attempt.previousEvaluationId !== null
          ? [attempt.previousEvaluationId]
          : [],
      );
      const references = entered.filter(isToRetry).length;
      if (previous.length + references === 0) {
        throw refused(
          'Nothing of this re-score failed, and one evaluator scored all of it.',
          'There is nothing to try again.',
        );
      }
      await this.shadows.again(record, previous);
      if (references > 0) await this.#enterReferencesAgain(record, standing);
      await this.audit.record({
        actor: account,
        action: 'rescore.retry',
        subject: { kind: 'rescore', id },
        summary: `Tried ${previous.length + references} evaluations of the re-score of ${record.challengeId} on ${record.version} again.`,
        details: { entries: previous.length, references },
      });
    });
    return this.get(id);
  }

  async #enterReferencesAgain(
    record: RescoreRecord,
    standing: readonly { method: string; taskId: string }[],
  ): Promise<void> {
    const target = await this.challenges.getVersion(record.challengeId, record.version);
    const tasks = await this.challenges.listTasks(record.challengeId);
    const isStanding = (method: string, task: { area: string; scenario: string }) => {
      const taskId = tasks.find(({ area, scenario }) => area === task.area && scenario === task.scenario)?.id;
      return standing.some((entry) => entry.method === method && entry.taskId === taskId);
    };
    await this.registration.enterReferencesForRescore(
      target,
      record.id,
      (method, task) => !isStanding(method, task),
    );
  }

  /** Takes up what came to the boards since. Several API processes may do it side by side. @returns how many entries. */
  async follow(): Promise<number> {
    let count = 0;
    for (const { id } of await this.rescores.listFollowed()) {
      const record = await this.rescores.find(id);
      if (record !== null && (await this.shadows.hasMissing(record))) count += await this.#takeUp(id);
    }
    return count;
  }

  async #takeUpOpen(id: string): Promise<void> {
    const record = await this.rescores.find(id);
    if (record === null) throw notFound(id);
    if (record.state === 'open' && !isOutdated(record)) await this.#takeUp(id);
  }

  #takeUp(id: string): Promise<number> {
    return this.transactions.run(async () => {
      const record = await this.rescores.lock(id);
      const isFollowed =
        record !== null && (record.state === 'open' ? !isOutdated(record) : record.state === 'promoted');
      if (record === null || !isFollowed) return 0;
      const { count, taskIds } = await this.shadows.takeUp(record);
      if (record.state === 'promoted') await this.shadows.changeBoards(taskIds);
      return count;
    });
  }

  async #end(account: Account, id: string, state: 'discarded' | 'cancelled'): Promise<RescoreDetails> {
    await this.transactions.run(async () => {
      const record = await this.#lockOpen(id);
      const attempts = await this.shadows.listAttempts(id);
      if (state === 'cancelled' && attempts.every((attempt) => isFinal(attempt.state))) {
        throw refused(
          'Everything of this re-score has its result: nothing is left to cancel.',
          `Discard it instead: sillage rescore discard ${id}`,
        );
      }
      await this.shadows.cancel(id);
      const report = await this.reports.make(record, state);
      await this.rescores.setEnded(id, {
        state,
        changes: null,
        endedBy: account.displayName,
        endedAt: this.clock.now(),
        report,
      });
      await this.audit.record({
        actor: account,
        action: state === 'discarded' ? 'rescore.discard' : 'rescore.cancel',
        subject: { kind: 'rescore', id },
        summary: `${state === 'discarded' ? 'Discarded' : 'Cancelled'} the re-score of ${record.challengeId} on ${record.version}.`,
        details: {
          challenge: record.challengeId,
          version: record.version,
          fromVersion: record.fromVersion,
          outcomes: report.summary.outcomes,
        },
      });
    });
    return this.get(id);
  }

  async #target(current: Challenge, version: string): Promise<Challenge> {
    if (version === current.definition.datasetVersion) return current;
    const { record, definition } = await this.versions.getVersionDetails(current.id, version);
    if (record.state !== 'validated') {
      throw refused(
        `Dataset version ${version} of '${current.id}' is ${record.state}: its boards exist already.`,
        'A re-score is made on a validated version, or on the current one by a newer evaluator.',
      );
    }
    return { ...current, datasetVersionId: record.id, definition };
  }

  /** The same data by the same evaluator give the same numbers. */
  async #requireOtherEvaluator({ id, datasetVersionId, definition }: Challenge): Promise<void> {
    const connected = await this.workers.listEvaluatorVersions();
    const entries = await this.comparison.listOfVersion(datasetVersionId);
    const used = [...new Set(entries.map(({ evaluatorVersion }) => evaluatorVersion))];
    if (entries.length === 0 || connected.some((version) => used.some((other) => other !== version))) return;
    throw refused(
      connected.length === 0
        ? `No evaluator is connected, so none can score '${id}' ${definition.datasetVersion} again.`
        : `Every score of '${id}' ${definition.datasetVersion} was made by evaluator ${used.join(', ')}, which is the one that is connected: the numbers would be the same.`,
      'Start evaluators of another version, or name a validated dataset version.',
    );
  }

  async #lockOpen(id: string): Promise<RescoreRecord> {
    const record = await this.rescores.lock(id);
    if (record === null) throw notFound(id);
    if (record.state !== 'open') {
      throw refused(
        `This re-score was ${record.state} by ${record.endedBy ?? ''} on ${record.endedAt?.toISOString().slice(0, 16) ?? ''} UTC.`,
        `Start another one: sillage rescore start ${record.challengeId}`,
      );
    }
    return record;
  }

  /** @returns the report that is kept with it. */
  async #requirePromotable(
    record: RescoreRecord,
    attempts: readonly ShadowAttempt[],
    request: PromoteRescoreRequest,
  ): Promise<RescoreReport> {
    if (isOutdated(record)) {
      throw refused(
        `'${record.challengeId}' is not on version ${record.fromVersion} any more, which this re-score was compared with.`,
        'Discard it and start another one.',
      );
    }
    const open = attempts.filter(({ state }) => !isFinal(state)).length;
    if (open > 0 || (await this.shadows.hasMissing(record))) {
      throw refused(
        `${open === 0 ? 'Entries' : `${open} of ${attempts.length} evaluations`} have no result yet.`,
        'Wait for them; entries that came to the boards meanwhile are among them.',
      );
    }
    const versions = versionsOf(attempts);
    if (versions.length > 1) {
      throw refused(
        `Evaluators ${versions.join(' and ')} made these scores; one board needs one.`,
        `Stop the older evaluators, then: sillage rescore retry ${record.id}`,
      );
    }
    if (versions.length === 0)
      throw refused('Nothing of this re-score has a score.', 'Look at the reasons, and discard it.');
    const report = await this.reports.make(record, 'ready');
    const { unscored } = report.summary;
    if (unscored !== request.unscored) {
      throw new DomainError(
        'rescore-refused',
        `${unscored} ${unscored === 1 ? 'entry gets' : 'entries get'} no new score and would leave the boards; the request acknowledges ${request.unscored}.`,
        {
          fix: 'Read the report, then say the number that it gives.',
          fields: [{ path: 'unscored', message: `the report says ${unscored}` }],
        },
      );
    }
    return report;
  }

  async #withCounts(records: RescoreRecord[]): Promise<RescoreDetails[]> {
    const counted = await this.shadows.countAttempts(records.map(({ id }) => id));
    return records.map((record) => {
      const found = counted.get(record.id) ?? {};
      const counts = Object.fromEntries(
        EVALUATION_STATES.map((state) => [state, found[state] ?? 0]),
      ) as RescoreCounts;
      const isRunning = counts.queued + counts.running > 0;
      return {
        record,
        state: record.state === 'open' ? (isRunning ? 'running' : 'ready') : record.state,
        counts,
        isOutdated: record.state === 'open' && isOutdated(record),
      };
    });
  }
}

/** Oldest first. */
function versionsOf(attempts: readonly ShadowAttempt[]): string[] {
  const scored = attempts.filter(({ state }) => state === 'scored');
  return [...new Set(scored.map(({ evaluatorVersion }) => evaluatorVersion))].toSorted(compareVersions);
}

function isOutdated({ currentVersionId, fromVersionId }: RescoreRecord): boolean {
  return currentVersionId !== fromVersionId;
}

function isOfSameVersion({ datasetVersionId, fromVersionId }: RescoreRecord): boolean {
  return datasetVersionId === fromVersionId;
}

function refused(message: string, fix: string): DomainError {
  return new DomainError('rescore-refused', message, { fix });
}

function notFound(id: string): DomainError {
  return new DomainError('rescore-not-found', `There is no re-score ${id}.`, {
    fix: "'sillage rescore list' and GET /api/curation/rescores list them.",
  });
}
