'use client';

import type { SubmissionView, Visibility } from '@sillage/contracts';
import { useState, type FormEvent } from 'react';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import styles from './visibility-panel.module.css';

type Props = { submission: SubmissionView; onChanged: (submission: SubmissionView) => void };

/** For whoever may manage the entry: who sees it, and the way to take it off the boards. */
export function VisibilityPanel({ submission, onChanged }: Props) {
  const [asking, setAsking] = useState<'public' | 'withdraw' | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [status, setStatus] = useState('');
  const [isSending, setIsSending] = useState(false);

  async function change(said: string, send: () => Promise<SubmissionView>) {
    setIsSending(true);
    setFault(null);
    try {
      onChanged(await send());
      setStatus(said);
      setAsking(null);
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  function withdraw(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
    void change('The entry was withdrawn.', () => browserGateway.withdrawSubmission(submission.id, reason));
  }

  return (
    <section className={styles.panel} aria-labelledby="visibility">
      <h2 id="visibility">Who sees this entry</h2>
      <p>{textOf(submission.visibility)}</p>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {asking === 'withdraw' ? (
        <form onSubmit={withdraw} className={styles.form} aria-label="Withdraw the entry">
          <Field
            id="withdraw-reason"
            label="Why"
            isOptional={submission.isMine}
            hint="Shown in the place of the entry. Withdrawing cannot be undone: the row leaves every board, the file is removed, and a note stays."
            error={fault?.fields['reason']}
          >
            {(described) => (
              <textarea {...described} name="reason" maxLength={500} autoFocus className={controlClass} />
            )}
          </Field>
          <div className={styles.actions}>
            <button type="submit" className="button button-danger" disabled={isSending}>
              Withdraw for good
            </button>
            <button type="button" className="button" onClick={() => setAsking(null)} disabled={isSending}>
              Keep it
            </button>
          </div>
        </form>
      ) : asking === 'public' ? (
        <div className={styles.actions}>
          <span>Show it to everyone with your name? That cannot be taken back.</span>
          <button
            type="button"
            className="button button-primary"
            disabled={isSending}
            onClick={() =>
              void change('The entry is public.', () =>
                browserGateway.changeVisibility(submission.id, { kind: 'public' }),
              )
            }
          >
            Yes, make it public
          </button>
          <button type="button" className="button" onClick={() => setAsking(null)} disabled={isSending}>
            No
          </button>
        </div>
      ) : (
        <div className={styles.actions}>
          {submission.visibility.kind === 'public' ? null : (
            <button type="button" className="button" onClick={() => setAsking('public')}>
              Make it public
            </button>
          )}
          <button type="button" className="button" onClick={() => setAsking('withdraw')}>
            Withdraw…
          </button>
        </div>
      )}
      <p role="status" className="visually-hidden">
        {status}
      </p>
    </section>
  );
}

function textOf(visibility: Visibility): string {
  switch (visibility.kind) {
    case 'public':
      return 'Everyone, once it is scored.';
    case 'private':
      return 'Only you and the organisers. It is on no board and in no rank.';
    case 'anonymous':
      return `Everyone, without your name: it is shown from ${visibility.until}, 00:00 UTC. Organisers see it now.`;
  }
}
