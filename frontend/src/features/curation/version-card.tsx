'use client';

import type { DatasetVersionView } from '@sillage/contracts';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Chip } from '../../components/chip';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserCurationGateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { countOf, formatBytes } from '../../lib/format-number';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import styles from './challenge-list.module.css';
import { NewDraftButton } from './new-draft-button';

type Props = {
  version: DatasetVersionView;
  /** The one that is scored on now; null before the first is published. */
  currentVersion: string | null;
  /** Whether its page is this one. */
  isOpen?: boolean;
};

/** A dataset version: what it is, and what may be done with it. */
export function VersionCard({ version, currentVersion, isOpen }: Props) {
  const router = useRouter();
  const isInteractive = useIsInteractive();
  const [asking, setAsking] = useState<'publish' | 'retire' | null>(null);
  const [changes, setChanges] = useState(version.changes);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [said, setSaid] = useState('');
  const [isSending, setIsSending] = useState(false);
  const { challengeId, version: number } = version;

  async function send(request: () => Promise<unknown>, words: string) {
    setIsSending(true);
    setFault(null);
    try {
      await request();
      setAsking(null);
      setSaid(words);
      router.refresh();
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  return (
    <article className={styles.version} aria-label={`Version ${number}`}>
      <div className={styles.versionHead}>
        {isOpen === true ? (
          <h2>{number}</h2>
        ) : (
          <h3>
            <Link href={paths.adminVersion(challengeId, number)}>{number}</Link>
          </h3>
        )}
        <Chip tone={version.isCurrent ? 'accent' : version.state === 'validated' ? 'signal' : 'plain'}>
          {version.isCurrent
            ? 'scored on now'
            : version.state === 'validated'
              ? 'validated, not published'
              : version.state === 'published'
                ? 'published before'
                : 'retired'}
        </Chip>
        <span>{version.changes}</span>
      </div>
      <p className={styles.facts}>
        <span>
          Made {formatInstant(version.createdAt)}
          {version.createdBy === null ? '' : ` by ${version.createdBy}`}
        </span>
        {version.publishedAt === null ? null : <span>published {formatInstant(version.publishedAt)}</span>}
        {version.retiredAt === null ? null : <span>retired {formatInstant(version.retiredAt)}</span>}
        <span>
          {countOf(version.fileCount, 'file', 'files')}, {formatBytes(version.sizeBytes)}
        </span>
        <span>{countOf(version.scoreCount, 'score', 'scores')}</span>
        <span>
          fingerprint <code title={version.fingerprint}>{version.fingerprint.slice(0, 10)}</code>
        </span>
        {version.acceptedWarnings.length === 0 ? null : (
          <span>accepted: {version.acceptedWarnings.join(', ')}</span>
        )}
      </p>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {asking === 'publish' ? (
        <div role="group" aria-label={`Publish ${number}`} className={styles.section}>
          <Notice title={`Publish ${number}: what happens`}>
            <ul style={{ listStyle: 'disc', paddingLeft: '1.25rem' }}>
              <li>
                {currentVersion === null
                  ? 'The challenge becomes public, and may be entered.'
                  : `New submissions are scored on ${number} instead of ${currentVersion}.`}
              </li>
              <li>
                The boards begin anew: they show what was scored on {number}
                {version.scoreCount === 0
                  ? ', and nothing was yet. Re-score the entries first if the boards should be full'
                  : `, ${countOf(version.scoreCount, 'score', 'scores')} so far`}
                . Scores on other versions stay readable.
              </li>
              <li>References are entered and scored, and participants are told.</li>
            </ul>
          </Notice>
          <Field id={`changes-${number}`} label="What is new" hint="Shown with the version.">
            {(described) => (
              <input
                {...described}
                value={changes}
                maxLength={300}
                onChange={(event) => setChanges(event.target.value)}
                className={controlClass}
              />
            )}
          </Field>
          <p className="button-row">
            <button
              type="button"
              className="button button-primary"
              disabled={isSending}
              onClick={() =>
                void send(
                  () =>
                    browserCurationGateway.publishVersion(challengeId, number, {
                      changes:
                        changes.trim() === '' || changes.trim() === version.changes ? undefined : changes,
                    }),
                  `Version ${number} is published.`,
                )
              }
            >
              Publish {number}
            </button>
            <button type="button" className="button" disabled={isSending} onClick={() => setAsking(null)}>
              Not now
            </button>
          </p>
        </div>
      ) : asking === 'retire' ? (
        <div role="group" aria-label={`Retire ${number}`} className={styles.section}>
          <Notice tone="warning" title={`Retire ${number}: what happens`}>
            <p>
              It cannot be published any more, and that cannot be undone. Its boards and scores stay readable.
            </p>
          </Notice>
          <p className="button-row">
            <button
              type="button"
              className="button button-danger"
              disabled={isSending}
              onClick={() =>
                void send(
                  () => browserCurationGateway.retireVersion(challengeId, number),
                  `Version ${number} is retired.`,
                )
              }
            >
              Retire {number}
            </button>
            <button type="button" className="button" disabled={isSending} onClick={() => setAsking(null)}>
              Keep it
            </button>
          </p>
        </div>
      ) : (
        <p className="button-row">
          {version.isCurrent || version.state === 'retired' ? null : (
            <button
              type="button"
              className="button button-small"
              disabled={!isInteractive}
              onClick={() => setAsking('publish')}
            >
              {version.state === 'validated' ? 'Publish…' : 'Publish again…'}
              <span className="visually-hidden"> {number}</span>
            </button>
          )}
          {version.isCurrent || version.state === 'retired' ? null : (
            <button
              type="button"
              className="button button-small"
              disabled={!isInteractive}
              onClick={() => setAsking('retire')}
            >
              Retire…<span className="visually-hidden"> {number}</span>
            </button>
          )}
          <NewDraftButton from={{ challengeId, version: number }}>
            New version from this one<span className="visually-hidden">, {number}</span>
          </NewDraftButton>
        </p>
      )}
      <p role="status" className={said === '' ? 'visually-hidden' : 'small'}>
        {said}
      </p>
    </article>
  );
}
