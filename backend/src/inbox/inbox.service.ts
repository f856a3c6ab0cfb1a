import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  leaderboardSchema,
  NOTIFICATION_KINDS,
  type DisclosureLevel,
  type Leaderboard,
  type NotificationKind,
  type Preference,
  type PreferenceList,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import {
  disclosedRejection,
  disclosedScores,
  isHeldBack,
  type StoredScores,
} from '../disclosure/domain/disclosure.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { LeaderboardService } from '../leaderboard/leaderboard.service.js';
import { MailService } from '../mail/mail.service.js';
import type { StoredEvent } from '../outbox/domain/outbox-event.js';
import { Transactions } from '../transactions/transactions.js';
import {
  datasetVersionText,
  failedText,
  mailBody,
  moderatedText,
  overtakenText,
  rejectedText,
  rescoredEntryText,
  rescoredText,
  scoredText,
  type Told,
} from './domain/texts.js';
import {
  InboxRepository,
  type Recipient,
  type StoredNotification,
  type ToldEvaluation,
} from './inbox.repository.js';

/** The board does not show the score yet, or the name is not settled: told a moment later. */
class NotYetError extends Error {
  readonly tag = 'not-yet';
}

/** Turns what happened into notifications and mails, and keeps what each account wants to hear. */
@Injectable()
export class InboxService {
  constructor(
    private readonly inbox: InboxRepository,
    private readonly leaderboard: LeaderboardService,
    private readonly mail: MailService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** In the transaction in which the event is forgotten. */
  async tell({ id, event }: StoredEvent): Promise<void> {
    switch (event.kind) {
      case 'evaluation-scored':
        await this.#tellScored(id, event.evaluationId, true);
        return;
      case 'evaluation-listed':
        await this.#tellScored(id, event.evaluationId, false);
        return;
      case 'evaluation-rejected':
      case 'evaluation-failed': {
        const evaluation = await this.inbox.findEvaluation(event.evaluationId);
        if (evaluation === null || evaluation.isReference) return;
        const reason = disclosedRejection(evaluation.rejection, evaluation.disclosure);
        const told = reason === null ? failedText(evaluation) : rejectedText(evaluation, reason);
        await this.#tellOwners(id, evaluation.submissionId, told);
        return;
      }
      case 'submission-rescored':
        await this.#tellRescored(id, event.submissionId, event.rescoreId);
        return;
      case 'submission-moderated': {
        const submission = await this.inbox.findSubmission(event.submissionId);
        if (submission === null) return;
        await this.#tellOwners(id, event.submissionId, moderatedText(submission, event.action, event.reason));
        return;
      }
      case 'dataset-version': {
        const version = await this.inbox.findDatasetVersion(event.datasetVersionId);
        if (version === null) return;
        const told = datasetVersionText(version, event.isReturn === true);
        for (const recipient of await this.inbox.listParticipants(version.id, told.kind))
          await this.#deliver(id, recipient, told);
        return;
      }
    }
  }

  list(account: Account): Promise<StoredNotification[]> {
    return this.inbox.list(account.id);
  }

  countUnread(account: Account): Promise<number> {
    return this.inbox.countUnread(account.id);
  }

  async markRead(account: Account, id: string | null): Promise<void> {
    await this.inbox.setRead(account.id, id, this.clock.now());
  }

  async preferences(account: Account): Promise<PreferenceList> {
    const stored = await this.inbox.listPreferences(account.id);
    return {
      preferences: NOTIFICATION_KINDS.map(
        (kind) =>
          stored.find((preference) => preference.kind === kind) ?? { kind, inApp: true, byMail: true },
      ),
      mail: !this.mail.isOn ? 'off' : account.isEmailVerified ? 'on' : 'address-not-verified',
    };
  }

  async setPreferences(account: Account, preferences: readonly Preference[]): Promise<PreferenceList> {
    await this.transactions.run(async () => {
      for (const preference of preferences) await this.inbox.putPreference(account.id, preference);
    });
    return this.preferences(account);
  }

  /** The same answer for a secret that nobody has. */
  async stopMails(unsubscribeSecret: string, kind: NotificationKind): Promise<void> {
    await this.inbox.stopMails(unsubscribeSecret, kind);
  }

  async #tellScored(eventId: string, evaluationId: string, tellsOwners: boolean): Promise<void> {
    const evaluation = await this.inbox.findEvaluation(evaluationId);
    if (evaluation === null || evaluation.scores === null) return;
    const board = await this.#boardWith(evaluation);
    const row = board?.rows.find((candidate) => candidate.evaluationId === evaluationId) ?? null;
    if (tellsOwners && !evaluation.isReference) {
      const standing = { rank: row?.rank ?? null, count: board?.rows.length ?? 0 };
      const scores = disclosedScores(evaluation.scores, evaluation.disclosure);
      const earlier = await this.inbox.findEarlierScore(evaluationId);
      const told =
        earlier === null
          ? scoredText(evaluation, {
              scores,
              isHeldBack: isHeldBack(evaluation.scores, evaluation.disclosure),
              standing,
            })
          : rescoredText(
              evaluation,
              {
                before: disclosedScores(earlier.scores, earlier.disclosure),
                after: scores,
                versionBefore: earlier.datasetVersion,
              },
              standing,
            );
      await this.#tellOwners(eventId, evaluation.submissionId, told);
      // A new dataset or protocol moves everyone; that is told as such.
      if (earlier !== null) return;
    }
    if (board !== null && row !== null && !evaluation.isReference)
      await this.#tellOvertaken(eventId, evaluation, board, row);
  }

  /** One line a task: how its score moved, or why it has none any more. */
  async #tellRescored(eventId: string, submissionId: string, rescoreId: string): Promise<void> {
    const rescored = await this.inbox.findRescored(submissionId, rescoreId);
    if (rescored === null) return;
    const shown = (scores: StoredScores | null, level: DisclosureLevel) =>
      scores === null ? null : disclosedScores(scores, level);
    const tasks = [];
    for (const task of rescored.tasks) {
      const after = shown(task.after, rescored.disclosure);
      const rank =
        after === null || !rescored.isListed ? null : await this.#rankOf(rescored.challengeId, task);
      const rejection = disclosedRejection(task.rejection, rescored.disclosure);
      tasks.push({ ...task, before: shown(task.before, rescored.disclosureBefore), after, rank, rejection });
    }
    await this.#tellOwners(eventId, submissionId, rescoredEntryText({ ...rescored, rescoreId, tasks }));
  }

  /** @throws NotYetError while the board is older than the score. Null where another version is current by now. */
  async #rankOf(
    challengeId: string,
    { evaluationId, area, scenario }: { evaluationId: string; area: string; scenario: string },
  ): Promise<number | null> {
    const evaluation = await this.inbox.findEvaluation(evaluationId);
    if (evaluation?.isCurrent !== true) return null;
    const { ranks, identical } = await this.leaderboard.settledBoard(challengeId, area, scenario);
    if (identical.has(evaluationId)) return null;
    const rank = ranks.get(evaluationId);
    if (rank === undefined)
      throw new NotYetError(`the board of ${area} × ${scenario} does not show ${evaluationId} yet`);
    return rank;
  }

  /** @throws NotYetError while the board is older than the score. */
  async #boardWith(evaluation: ToldEvaluation): Promise<Leaderboard | null> {
    const isOnBoard =
      evaluation.isListed &&
      evaluation.isCurrent &&
      evaluation.scores !== null &&
      disclosedScores(evaluation.scores, evaluation.disclosure) !== null;
    if (!isOnBoard) return null;
    const { challengeId, area, scenario } = evaluation;
    const { json } = await this.leaderboard.settledBoard(challengeId, area, scenario);
    const board = leaderboardSchema.parse(JSON.parse(json.toString('utf8')));
    if (![...board.rows, ...board.identical].some((row) => row.submissionId === evaluation.submissionId))
      throw new NotYetError(
        `the board of ${area} × ${scenario} does not show ${evaluation.evaluationId} yet`,
      );
    return board;
  }

  /** Whose best entry stands below the new one, unless an entry of the same people stood above it before. */
  async #tellOvertaken(
    eventId: string,
    evaluation: ToldEvaluation,
    board: Leaderboard,
    row: Leaderboard['rows'][number],
  ): Promise<void> {
    const entries = board.rows.filter(({ kind }) => kind === 'participant');
    const owners = await this.inbox.listOwnersOf(entries.map(({ submissionId }) => submissionId));
    const ownersOf = (submissionId: string) =>
      owners.filter((owner) => owner.submissionId === submissionId).map(({ accountId }) => accountId);
    // Who is told must not depend on who is behind a nameless entry, neither the new one nor one that stood above.
    const isNamed = (submissionId: string) =>
      owners.some((owner) => owner.submissionId === submissionId && owner.isNamed);
    const ours = new Set(ownersOf(evaluation.submissionId));
    const seen = new Set<string>();
    const ourBestBefore = entries.find(
      (entry) =>
        entry.submissionId !== evaluation.submissionId &&
        isNamed(evaluation.submissionId) &&
        isNamed(entry.submissionId) &&
        ownersOf(entry.submissionId).some((accountId) => ours.has(accountId)),
    );
    // Boards are in the order of their ranks: the first entry of an account is its best one.
    for (const entry of entries) {
      for (const accountId of ownersOf(entry.submissionId)) {
        if (seen.has(accountId)) continue;
        seen.add(accountId);
        const isBelow = entry.rank > row.rank;
        const wasBelow = ourBestBefore !== undefined && ourBestBefore.rank < entry.rank;
        if (!isBelow || wasBelow || ours.has(accountId)) continue;
        if (await this.inbox.hasUnread(accountId, 'overtaken', evaluation.taskId)) continue;
        const told = overtakenText(
          { ...evaluation, submissionId: entry.submissionId, method: entry.method },
          { method: evaluation.method, author: row.author, mu: row.scores.mu },
          { rank: entry.rank, mu: entry.scores.mu, taskId: evaluation.taskId },
        );
        const recipients = await this.inbox.listOwners(entry.submissionId, 'overtaken');
        for (const recipient of recipients)
          if (recipient.accountId === accountId) await this.#deliver(eventId, recipient, told);
      }
    }
  }

  async #tellOwners(eventId: string, submissionId: string, told: Told): Promise<void> {
    for (const recipient of await this.inbox.listOwners(submissionId, told.kind))
      await this.#deliver(eventId, recipient, told);
  }

  /** The notification is what makes it once: where it is there already, no mail is written either. */
  async #deliver(eventId: string, recipient: Recipient, told: Told): Promise<void> {
    if (!recipient.inApp && !recipient.byMail) return;
    const now = this.clock.now();
    const isNew = await this.inbox.insert({
      id: randomUUID(),
      accountId: recipient.accountId,
      eventId,
      told,
      createdAt: now,
      readAt: recipient.inApp ? null : now,
    });
    if (!isNew || !recipient.byMail || recipient.email === null || !this.mail.isOn) return;
    const key = `${recipient.unsubscribeSecret}/${told.kind}`;
    const site = this.config.publicUrl.origin;
    await this.mail.write({
      to: recipient.email,
      subject: told.title,
      body: mailBody(told, {
        site,
        unsubscribe: `${site}/unsubscribe#${key}`,
        settings: `${site}/account#notifications`,
      }),
      unsubscribeUrl: `${site}/api/unsubscriptions/${key}`,
    });
  }
}
