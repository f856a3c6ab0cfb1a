import type { TeamRole } from '@sillage/contracts';

export type Membership = { accountId: string; role: TeamRole };

/**
 * What happens when somebody leaves, or is an owner no longer.
 * - `leave`: the others go on.
 * - `close`: nobody is left; the team ends, and what it submitted keeps its name.
 * - `needs-owner`: members would be left without anyone who may invite or manage.
 */
export type Departure = 'leave' | 'close' | 'needs-owner';

export function departureOf(members: readonly Membership[], accountId: string): Departure {
  const others = members.filter((member) => member.accountId !== accountId);
  if (others.length === 0) return 'close';
  return others.some(({ role }) => role === 'owner') ? 'leave' : 'needs-owner';
}

/** Whether a team still has an owner after this change of role. */
export function keepsOwner(members: readonly Membership[], accountId: string, role: TeamRole): boolean {
  return role === 'owner' || departureOf(members, accountId) === 'leave';
}
