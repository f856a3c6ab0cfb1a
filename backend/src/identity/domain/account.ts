import type { Role } from '@sillage/contracts';

export type Account = {
  id: string;
  /** Null for accounts that sign in elsewhere and told no address. */
  email: string | null;
  isEmailVerified: boolean;
  displayName: string;
  role: Role;
  affiliation: string | null;
  orcid: string | null;
  /** By signing in at ORCID. */
  isOrcidVerified: boolean;
  webPage: string | null;
  createdAt: Date;
};

/** What an account has before anybody fills in a profile. */
export const EMPTY_PROFILE = {
  isEmailVerified: false,
  affiliation: null,
  orcid: null,
  isOrcidVerified: false,
  webPage: null,
};

/** Of the operator's own account, which nobody can register: it has no mailbox. */
export const BUILT_IN_ORGANISER_EMAIL = 'organiser@sillage.invalid';

export function isOrganiser(account: Account | null): boolean {
  return account?.role === 'organiser';
}
