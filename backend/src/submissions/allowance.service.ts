import { Injectable } from '@nestjs/common';
import type { Allowance, ChallengeRules, QuotaLedger, QuotaUse } from '@sillage/contracts';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Account } from '../identity/domain/account.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { DomainError } from '../errors/domain-error.js';
import {
  dayOf,
  isUsedUp,
  nextSlotAt,
  phaseSpan,
  quotaRefusal,
  tighter,
  type Span,
} from '../quota/domain/quota.js';
import { QuotaLedgerService, type Owner } from '../quota/quota-ledger.service.js';
import { TeamsService } from '../teams/teams.service.js';

const MOST_LISTED = 500;

type Uses = Record<'perDay' | 'perPhase', QuotaUse | null>;

/** How much may still be submitted: by an account and by a team, per day and per phase. */
@Injectable()
export class AllowanceService {
  constructor(
    private readonly ledger: QuotaLedgerService,
    private readonly challenges: ChallengesService,
    private readonly accounts: AccountsService,
    private readonly teams: TeamsService,
  ) {}

  /** What the account, and one of its teams, may still submit. */
  async get(account: Account, challengeId: string, teamId: string | null): Promise<Allowance> {
    const challenge = await this.challenges.get(challengeId);
    if (teamId !== null) await this.teams.requireMember(account, teamId);
    return this.#allowance(this.challenges.rulesOf(challenge), challengeId, ownersOf(account, teamId));
  }

  /** What an account, or a team, may still submit, and how it came to that. */
  async getLedger(challengeId: string, named: { account: string } | { team: string }): Promise<QuotaLedger> {
    const challenge = await this.challenges.get(challengeId);
    const { owner, name } = await this.#find(named);
    return {
      owner: name,
      allowance: await this.#allowance(this.challenges.rulesOf(challenge), challengeId, [owner]),
      entries: await this.ledger.list(challengeId, owner, MOST_LISTED),
    };
  }

  /**
   * In the transaction that enters: two requests of one account, from two windows, count one after the other.
   * @throws DomainError `phase-closed`, `quota-used`.
   */
  async require(account: Account, challengeId: string, teamId: string | null): Promise<void> {
    const challenge = await this.challenges.get(challengeId);
    this.challenges.requireAccepting(challenge);
    const owners = ownersOf(account, teamId);
    await this.ledger.lock(challengeId, owners);
    const rules = this.challenges.rulesOf(challenge);
    for (const owner of owners) {
      const uses = await this.#usesOf(rules, challengeId, owner);
      for (const [kind, span] of spansOf(rules)) {
        const use = uses[kind];
        if (use === null) continue;
        if (isUsedUp(use)) {
          const who = 'teamId' in owner ? 'Your team has' : 'You have';
          const { nextSlotAt: opensAt } = await this.#allowance(rules, challengeId, owners);
          const { message, fix } = quotaRefusal(use, kind, { who, opensAt });
          throw new DomainError('quota-used', message, { fix });
        }
        await this.ledger.grant(challengeId, owner, { limit: use.limit, span });
      }
    }
  }

  /** Books what {@link require} has let in. @param submittedId - the set, or the submission that came alone. */
  async use(
    account: Account,
    { challengeId, teamId }: { challengeId: string; teamId: string | null },
    submittedId: string,
  ): Promise<void> {
    await this.ledger.use(challengeId, ownersOf(account, teamId), submittedId);
  }

  async #find(named: { account: string } | { team: string }): Promise<{ owner: Owner; name: string }> {
    if ('team' in named) {
      const team = await this.teams.findByName(named.team);
      if (team === null) throw new DomainError('team-not-found', `There is no team '${named.team}'.`);
      return { owner: { teamId: team.id }, name: team.name };
    }
    const account = await this.accounts.findByEmail(named.account);
    if (account === null)
      throw new DomainError('invalid-request', `There is no account with the address ${named.account}.`, {
        fix: 'Give the address that the account signs in with.',
      });
    return { owner: { accountId: account.id }, name: account.displayName };
  }

  async #allowance(rules: ChallengeRules, challengeId: string, owners: readonly Owner[]): Promise<Allowance> {
    const uses: Uses = { perDay: null, perPhase: null };
    for (const owner of owners) {
      const { perDay, perPhase } = await this.#usesOf(rules, challengeId, owner);
      uses.perDay = tighter(uses.perDay, perDay);
      uses.perPhase = tighter(uses.perPhase, perPhase);
    }
    return { rules, ...uses, nextSlotAt: nextSlotAt(rules, uses) };
  }

  async #usesOf(rules: ChallengeRules, challengeId: string, owner: Owner): Promise<Uses> {
    const uses: Uses = { perDay: null, perPhase: null };
    for (const [kind, span] of spansOf(rules)) {
      const limit = rules.quota[kind];
      if (limit === null) continue;
      const resetsAt = kind === 'perDay' ? span.end?.toISOString() : nextPhaseOf(rules)?.opens;
      uses[kind] = {
        limit,
        used: await this.ledger.used(challengeId, owner, span),
        resetsAt: resetsAt ?? null,
      };
    }
    return uses;
  }
}

function ownersOf(account: Account, teamId: string | null): Owner[] {
  return teamId === null ? [{ accountId: account.id }] : [{ accountId: account.id }, { teamId }];
}

function spansOf(rules: ChallengeRules): ['perDay' | 'perPhase', Span][] {
  return [
    ['perDay', dayOf(new Date(rules.now))],
    ['perPhase', phaseSpan(rules)],
  ];
}

function nextPhaseOf({ phases, now }: ChallengeRules): ChallengeRules['phase'] {
  return (
    phases.find(({ opens, acceptsSubmissions }) => acceptsSubmissions && new Date(opens) > new Date(now)) ??
    null
  );
}
