import type { Metadata } from 'next';
import { Unreachable } from '../../components/unreachable';
import { ChallengeCards } from '../../features/home/challenge-cards';
import { loadChallenges } from '../../features/home/load-challenges';
import { paths } from '../../lib/paths';

export const metadata: Metadata = {
  title: 'Challenges',
  description:
    'Open challenges in mapping sea surface height: their areas, observations, data and best scores.',
};

export default async function ChallengesPage() {
  const challenges = await loadChallenges();
  if (!challenges.reached) return <Unreachable retryHref={paths.challenges} />;
  return (
    <div className="page">
      <h1>Challenges</h1>
      <p className="lede" style={{ margin: '0.5rem 0 2rem' }}>
        Each fixes an ocean, the observations of it, and the protocol that compares reconstructions with a
        reference: the truth of a simulation, or an altimeter that was withheld.
      </p>
      <ChallengeCards challenges={challenges.value} heading="h2" />
    </div>
  );
}
