'use client';

import type { DatasetVersionView, RescoreView } from '@sillage/contracts';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Chip } from '../../components/chip';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserCurationGateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import styles from './rescore.module.css';
import { progressText, RESCORE_STATE_TEXTS, rescoreName } from './rescore-texts';

type Props = {
  challenge: string;
  versions: readonly DatasetVersionView[];
  rescores: readonly RescoreView[];
};

/** The re-scores of a challenge, and what one may be started on. */
export function RescoreSection({ challenge, versions, rescores }: Props) {
  const router = useRouter();
  const isInteractive = useIsInteractive();
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const isOpen = rescores.some(({ state }) => state === 'running' || state === 'ready');
  const current = versions.find(({ isCurrent }) => isCurrent);
  const targets = versions.filter(({ state }) => state === 'validated');

  async function start(version: string | undefined) {
    setIsSending(true);
    setFault(null);
    try {
      router.push(paths.adminRescore((await browserCurationGateway.startRescore({ challenge, version })).id));
    } catch (error) {
      setFault(formFaultOf(error));
      setIsSending(false);
    }
  }

  return (
    <section className={styles.section} aria-labelledby="rescores">
      <h2 id="rescores">Re-scores</h2>
      <p className="muted small">
        Everything on the boards is scored again where only organisers see it; then you read what changes, and
        show it or not.
      </p>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {rescores.length === 0 ? null : (
        <ul>
          {rescores.map((rescore) => (
            <li key={rescore.id}>
              <Link href={paths.adminRescore(rescore.id)}>{rescoreName(rescore)}</Link>{' '}
              <Chip
                tone={
                  rescore.state === 'ready' ? 'signal' : rescore.state === 'promoted' ? 'accent' : 'plain'
                }
              >
                {RESCORE_STATE_TEXTS[rescore.state]}
              </Chip>{' '}
              <span className="muted small">
                {formatInstant(rescore.createdAt)}, {progressText(rescore)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {isOpen || current === undefined ? null : (
        <p className="button-row">
          {targets.map(({ version }) => (
            <button
              key={version}
              type="button"
              className="button button-primary"
              disabled={!isInteractive || isSending}
              onClick={() => void start(version)}
            >
              Score everything on {version}
            </button>
          ))}
          <button
            type="button"
            className="button"
            disabled={!isInteractive || isSending}
            onClick={() => void start(undefined)}
          >
            Score {current.version} again by a newer evaluator
          </button>
        </p>
      )}
    </section>
  );
}
