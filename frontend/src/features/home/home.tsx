import Link from 'next/link';
import { paths } from '../../lib/paths';
import { ChallengeCards } from './challenge-cards';
import styles from './home.module.css';
import type { ListedChallenge } from './load-challenges';
import { WakePicture } from './wake-picture';

const STEPS = [
  {
    title: 'Take the observations',
    text: 'Sea surface height along satellite tracks, for a stated area and period. The files carry their hashes, and the baseline comes with them.',
  },
  {
    title: 'Map them your way',
    text: 'Interpolation, assimilation, a network: any method, any regular grid, in NetCDF. Say which inputs it had.',
  },
  {
    title: 'Upload and read the score',
    text: 'The file is checked, scored against the truth and set on the board beside optimal interpolation, with curves and maps of where it errs.',
  },
];

export function Home({ challenges }: { challenges: ListedChallenge[] }) {
  const first = challenges.find(({ challenge }) => challenge.isInstalled)?.challenge;
  return (
    <>
      <section className={styles.hero}>
        <div className={styles.words}>
          <h1 className={styles.title}>How well is the sea surface mapped?</h1>
          <p className="lede">
            Altimeters see the ocean along thin tracks. Methods fill in the rest. Sillage scores such maps of
            sea surface height on open challenges, each by one stated protocol, and shows what they resolve
            and where they fail.
          </p>
          <div className="button-row">
            <Link href={paths.submit(first?.id)} className="button button-primary">
              Submit a reconstruction
            </Link>
            <Link
              href={first === undefined ? paths.challenges : paths.leaderboard(first.id)}
              className="button"
            >
              See the leaderboard
            </Link>
          </div>
        </div>
        <WakePicture />
      </section>

      <section className={styles.band} aria-labelledby="open-challenges">
        <div className={styles.inner}>
          <h2 id="open-challenges" className={styles.heading}>
            Open challenges
          </h2>
          <ChallengeCards challenges={challenges} heading="h3" />
        </div>
      </section>

      <section className={styles.inner} aria-labelledby="how">
        <h2 id="how" className={styles.heading}>
          How it works
        </h2>
        <ol className={styles.steps}>
          {STEPS.map((step, index) => (
            <li key={step.title}>
              <span className={styles.number} aria-hidden="true">
                {index + 1}
              </span>
              <h3>{step.title}</h3>
              <p>{step.text}</p>
            </li>
          ))}
        </ol>
        <p className={styles.more}>
          <Link href={paths.aboutSubmit}>How to submit from browser, shell or Python</Link>
          <Link href={paths.aboutScores}>What the scores mean</Link>
        </p>
      </section>
    </>
  );
}
