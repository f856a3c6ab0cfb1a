import { Injectable } from '@nestjs/common';
import type { Allowance, ChallengeRules, QuotaUse } from '@sillage/contracts';
import type { Account } from '../accounts/domain/account.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { DomainError } from '../errors/domain-error.js';
import { TeamsService } from '../teams/teams.service.js';
import { dayOf, phaseSpan, quotaRefusal, tighter, type Span } from './domain/quota.js';
import { SubmissionsRepository } from './submissions.repository.js';

/** How much may still be submitted: by an account and by a team, per day and per phase. */
@Injectable()
export class AllowanceService {
  constructor(
    private readonly submissions: SubmissionsRepository,
    private readonly challenges: ChallengesService,
    private readonly teams: TeamsService,
  ) {}

  /** What the account, and one of its teams, may still submit. */
  async get(account: Account, challengeId: string, teamId: string | null): Promise<Allowance> {
    const challenge = await this.challenges.get(challengeId);
    if (teamId !== null) await this.teams.requireMember(account, teamId);
    const rules = this.challenges.rulesOf(challenge);
    const own = await this.#usesOf(rules, challengeId, { accountId: account.id });
    const ofTeam = teamId === null ? null : await this.#usesOf(rules, challengeId, { teamId });
    return {
      rules,
      perDay: tighter(own.perDay, ofTeam?.perDay ?? null),
      perPhase: tighter(own.perPhase, ofTeam?.perPhase ?? null),
    };
  }

  /**
   * In the transaction that enters: two requests of one account, from two windows, count one after the other.
   * @throws DomainError `phase-closed`, `quota-used`.
   */
  async require(account: Account, challengeId: string, teamId: string | null): Promise<void> {
    const challenge = await this.challenges.get(challengeId);
    this.challenges.requireAccepting(challenge);
    const { perDay, perPhase } = challenge.settings.quota;
    if (perDay === null && perPhase === null) return;
    const own = { accountId: account.id };
    await this.submissions.lockAllowance(challengeId, own);
    if (teamId !== null) await this.submissions.lockAllowance(challengeId, { teamId });
    const rules = this.challenges.rulesOf(challenge);
    for (const who of teamId === null ? [own] : [own, { teamId }]) {
      const uses = await this.#usesOf(rules, challengeId, who);
      for (const kind of ['perDay', 'perPhase'] as const) {
        const use = uses[kind];
        const refusal =
          use === null ? null : quotaRefusal(use, kind, 'teamId' in who ? 'Your team has' : 'You have');
        if (refusal !== null) throw new DomainError('quota-used', refusal.message, { fix: refusal.fix });
      }
    }
  }

  async #usesOf(
    rules: ChallengeRules,
    challengeId: string,
    who: { accountId: string } | { teamId: string },
  ): Promise<Record<'perDay' | 'perPhase', QuotaUse | null>> {
    const now = new Date(rules.now);
    const use = async (limit: number | null, span: Span, resetsAt: Date | null): Promise<QuotaUse | null> =>
      limit === null
        ? null
        : {
            limit,
            used: await this.submissions.countUsed(challengeId, who, span),
            resetsAt: resetsAt?.toISOString() ?? null,
          };
    const day = dayOf(now);
    const nextPhase = rules.phases.find(
      ({ opens, acceptsSubmissions }) => acceptsSubmissions && new Date(opens) > now,
    );
    return {
      perDay: await use(rules.quota.perDay, day, day.end),
      perPhase: await use(
        rules.quota.perPhase,
        phaseSpan(rules),
        nextPhase === undefined ? null : new Date(nextPhase.opens),
      ),
    };
  }
}
