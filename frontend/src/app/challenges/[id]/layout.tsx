import type { ReactNode } from 'react';
import { ChallengeHeader } from '../../../features/challenges/challenge-header';
import { loadChallenge } from '../../../features/challenges/load-challenge';

/*
 * No loading.tsx here on purpose: with one, Next sends these pages in two parts that only a script can put together,
 * and the challenge and its board must be readable without JavaScript.
 */
export default async function ChallengeLayout({
  params,
  children,
}: {
  params: Promise<{ id: string }>;
  children: ReactNode;
}) {
  const challenge = await loadChallenge((await params).id);
  if (!challenge.reached) return children;
  return (
    <div className="page">
      <ChallengeHeader challenge={challenge.value} />
      {children}
    </div>
  );
}
