import type { Role } from '@sillage/contracts';

export type Account = { id: string; email: string; displayName: string; role: Role; createdAt: Date };

export function isOrganiser(account: Account | null): boolean {
  return account?.role === 'organiser';
}
