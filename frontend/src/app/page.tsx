import { Unreachable } from '../components/unreachable';
import { Home } from '../features/home/home';
import { loadChallenges } from '../features/home/load-challenges';
import { paths } from '../lib/paths';

export default async function HomePage() {
  const challenges = await loadChallenges();
  return challenges.reached ? <Home challenges={challenges.value} /> : <Unreachable retryHref={paths.home} />;
}
