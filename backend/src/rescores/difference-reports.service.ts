import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition, RescoreReport, RescoreState } from '@sillage/contracts';
import { ChallengesService } from '../challenges/challenges.service.js';
import { ShadowEvaluationsService, type ShadowAttempt } from '../evaluations/shadow-evaluations.service.js';
import {
  BoardComparisonService,
  type AttemptEntry,
  type ComparedEntry,
  type Standing,
} from '../leaderboard/board-comparison.service.js';
import { comparedTask, summaryOf, type ReportAttempt, type ReportTask } from './domain/difference-report.js';
import type { RescoreRecord } from './rescores.repository.js';

type ScoredAttempt = AttemptEntry & { scores: NonNullable<AttemptEntry['scores']>; scoredAt: Date };

/** What a re-score changes: the boards as they are beside the boards as they would be. */
@Injectable()
export class DifferenceReportsService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly shadows: ShadowEvaluationsService,
    private readonly comparison: BoardComparisonService,
  ) {}

  async make(rescore: RescoreRecord, state: RescoreState): Promise<RescoreReport> {
    const { challengeId, version, fromVersion } = rescore;
    const [{ definition: to }, { definition: from }] = [
      await this.challenges.getVersion(challengeId, version),
      await this.challenges.getVersion(challengeId, fromVersion),
    ];
    const attempts = await this.shadows.listAttempts(rescore.id);
    const before = await this.comparison.listOfVersion(rescore.fromVersionId);
    const after = await this.comparison.listById(attempts.map(({ evaluationId }) => evaluationId));
    const taskRows = await this.challenges.listTasks(challengeId);
    const isSameVersion = rescore.datasetVersionId === rescore.fromVersionId;
    const has = (definition: ChallengeDefinition, task: { area: string; scenario: string }) =>
      definition.tasks.some(({ area, scenario }) => area === task.area && scenario === task.scenario);
    const named = [...to.tasks, ...from.tasks.filter((task) => !has(to, task))];
    const tasks = named.map((task) => {
      const id = taskRows.find(({ area, scenario }) => area === task.area && scenario === task.scenario)?.id;
      const reported: ReportTask = {
        ...task,
        presence: !has(from, task) ? 'after' : has(to, task) ? 'both' : 'before',
        ...this.#compare(
          before.filter(({ taskId }) => taskId === id),
          after.filter(({ taskId }) => taskId === id),
          { attempts, from, to },
        ),
      };
      return comparedTask(reported, { protocol: to.protocol, isSameVersion });
    });
    return {
      rescore: rescore.id,
      challenge: challengeId,
      version,
      fromVersion,
      protocol: to.protocol,
      fromProtocol: from.protocol,
      state,
      summary: summaryOf(tasks),
      tasks,
    };
  }

  /** One task: ranks of both boards, and which µ differ by more than the choice of days explains. */
  #compare(
    before: readonly ComparedEntry[],
    after: readonly AttemptEntry[],
    context: {
      attempts: readonly ShadowAttempt[];
      from: ChallengeDefinition;
      to: ChallengeDefinition;
    },
  ): { before: Standing[]; attempts: ReportAttempt[] } {
    const { from, to } = context;
    const scored = after.filter(isScored);
    const ranks = new Map(
      this.comparison
        .rank({ definition: to, entries: scored })
        .map(({ evaluationId, rank }) => [evaluationId, rank]),
    );
    const previousOf = new Map(
      context.attempts.map(({ evaluationId, previousEvaluationId }) => [evaluationId, previousEvaluationId]),
    );
    const pairs = scored.flatMap((entry) => {
      const previousId = previousOf.get(entry.evaluationId);
      const previous = before.find(({ evaluationId }) => evaluationId === previousId);
      // Another map under the name of a reference is not the same map scored again.
      return previous === undefined || previous.submissionId !== entry.submissionId
        ? []
        : [{ before: previous, after: entry }];
    });
    const significances = this.comparison.significances(pairs, from, to);
    const significanceOf = new Map(
      pairs.map((pair, index) => [pair.after.evaluationId, significances[index] ?? null]),
    );
    return {
      before: this.comparison.rank({ definition: from, entries: before }),
      attempts: after.map((entry) => ({
        ...entry,
        rank: ranks.get(entry.evaluationId) ?? null,
        previousEvaluationId: previousOf.get(entry.evaluationId) ?? null,
        significance: significanceOf.get(entry.evaluationId) ?? null,
      })),
    };
  }
}

function isScored(entry: AttemptEntry): entry is ScoredAttempt {
  return entry.scores !== null && entry.scoredAt !== null;
}
