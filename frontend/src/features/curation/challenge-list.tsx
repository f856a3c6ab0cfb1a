import type { CuratedChallenge, DraftSummary } from '@sillage/contracts';
import Link from 'next/link';
import { Chip } from '../../components/chip';
import { countOf } from '../../lib/format-number';
import { paths } from '../../lib/paths';
import { DraftTable } from './draft-table';
import styles from './challenge-list.module.css';
import { NewDraftButton } from './new-draft-button';

/** Every challenge with its versions, and what is being written. */
export function ChallengeList({
  challenges,
  drafts,
}: {
  challenges: readonly CuratedChallenge[];
  drafts: readonly DraftSummary[];
}) {
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>Challenges</h1>
        <NewDraftButton isPrimary>New challenge</NewDraftButton>
      </div>
      <section className={styles.section} aria-labelledby="drafts">
        <h2 id="drafts">Drafts</h2>
        {drafts.length === 0 ? (
          <p className="muted">
            Nothing is being written. A new version of a challenge begins as a draft, with the files of the
            version before.
          </p>
        ) : (
          <DraftTable drafts={drafts} />
        )}
      </section>
      <section className={styles.section} aria-labelledby="challenges">
        <h2 id="challenges">Challenges</h2>
        {challenges.length === 0 ? <p className="muted">There is none yet.</p> : null}
        <ul className={styles.list}>
          {challenges.map(({ id, name, currentVersion, waitingVersions, versionCount }) => {
            const from = currentVersion ?? waitingVersions[0];
            return (
              <li key={id} className={styles.challenge}>
                <div>
                  <h3>
                    <Link href={paths.adminChallenge(id)}>{name}</Link>
                  </h3>
                  <p className="muted small">
                    <code>{id}</code>,{' '}
                    {currentVersion === null ? 'nothing published' : `scored on ${currentVersion}`},{' '}
                    {countOf(versionCount, 'version', 'versions')}{' '}
                    {waitingVersions.map((version) => (
                      <Chip key={version} tone="signal">
                        {version} waits for publication
                      </Chip>
                    ))}
                  </p>
                </div>
                {from === undefined ? null : (
                  <NewDraftButton from={{ challengeId: id, version: from }}>
                    New version<span className="visually-hidden"> of {name}</span>
                  </NewDraftButton>
                )}
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}
