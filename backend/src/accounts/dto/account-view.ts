import type { AccountView } from '@sillage/contracts';
import type { Account } from '../../identity/domain/account.js';

export function toAccountView(account: Account): AccountView {
  return {
    id: account.id,
    email: account.email,
    isEmailVerified: account.isEmailVerified,
    displayName: account.displayName,
    role: account.role,
    affiliation: account.affiliation,
    orcid: account.orcid,
    isOrcidVerified: account.isOrcidVerified,
    webPage: account.webPage,
    createdAt: account.createdAt.toISOString(),
  };
}
