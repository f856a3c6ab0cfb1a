import type { ChallengeView } from '@sillage/contracts';
import Link from 'next/link';
import { Chip } from '../../components/chip';
import { NavigationLink } from '../../components/site/navigation-link';
import { countOf } from '../../lib/format-number';
import { paths } from '../../lib/paths';
import styles from './challenge-header.module.css';
import { disclosureTexts } from '../../lib/challenge-texts';

export function ChallengeHeader({ challenge }: { challenge: ChallengeView }) {
  const disclosure = disclosureTexts(challenge);
  return (
    <header className={styles.header}>
      <div className={styles.top}>
        <div className={styles.title}>
          <p className="eyebrow">
            <Link href={paths.challenges}>Challenges</Link>
          </p>
          <h1>{challenge.name}</h1>
          <p className="lede">{challenge.summary}</p>
          <p className={styles.chips}>
            {challenge.isInstalled ? null : <Chip tone="warning">data not installed</Chip>}
            {challenge.synthetic ? (
              <Chip tone="warning" title="The ocean of this challenge was computed, not observed.">
                synthetic ocean
              </Chip>
            ) : null}
            {challenge.isInstalled ? <Chip title={disclosure.text}>{disclosure.name}</Chip> : null}
            <Chip>protocol {challenge.protocol}</Chip>
            {challenge.isInstalled ? <Chip>dataset {challenge.datasetVersion}</Chip> : null}
          </p>
        </div>
        {challenge.isInstalled ? (
          <Link href={paths.submit(challenge.id)} className="button button-primary">
            Submit a reconstruction
          </Link>
        ) : null}
      </div>
      <nav aria-label="Challenge" className={styles.tabs}>
        <NavigationLink href={paths.challenge(challenge.id)} exact>
          Overview and data
        </NavigationLink>
        <NavigationLink href={paths.leaderboard(challenge.id)}>
          Leaderboard{' '}
          <span className={styles.count}>
            {challenge.isInstalled
              ? countOf(challenge.entryCount, 'entry', 'entries')
              : `${challenge.published.length} published`}
          </span>
        </NavigationLink>
      </nav>
    </header>
  );
}
