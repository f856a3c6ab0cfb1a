'use client';

import type { ModerationAction, SubmissionView } from '@sillage/contracts';
import { useState, type FormEvent } from 'react';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { browserOversightGateway } from '../../lib/api/browser-oversight-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { MODERATION_WORDS, possibleActions } from './moderation-words';
import styles from './oversight.module.css';

type Props = {
  submission: SubmissionView;
  onModerated: (submission: SubmissionView) => void;
  /** In a table, where the row says already whose entry it is. */
  isCompact?: boolean;
};

/** What an organiser can say of an entry, each with the reason that its author reads. */
export function ModerationPanel({ submission, onModerated, isCompact = false }: Props) {
  const [asking, setAsking] = useState<ModerationAction | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const actions = possibleActions(submission);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (asking === null) return;
    setIsSending(true);
    setFault(null);
    try {
      const reason = String(new FormData(event.currentTarget).get('reason') ?? '');
      onModerated(await browserOversightGateway.moderate(submission.id, asking, reason));
      setAsking(null);
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  const words = asking === null ? null : MODERATION_WORDS[asking];
  const content = (
    <>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {words === null ? (
        <div className={styles.actions}>
          {actions.length === 0 ? <span className="muted small">nothing to decide</span> : null}
          {actions.map((action) => (
            <button
              key={action}
              type="button"
              className="button button-small"
              onClick={() => {
                setFault(null);
                setAsking(action);
              }}
            >
              {MODERATION_WORDS[action].button}
              <span className="visually-hidden"> {submission.card.name}</span>
            </button>
          ))}
        </div>
      ) : (
        <form
          onSubmit={(event) => void send(event)}
          className={styles.section}
          aria-label={`${words.button} ${submission.card.name}`}
        >
          <Field
            id={`reason-${submission.id}`}
            label={words.label}
            hint={words.hint}
            error={fault?.fields['reason']}
          >
            {(described) => (
              <textarea
                {...described}
                name="reason"
                required
                maxLength={500}
                rows={2}
                autoFocus
                className={controlClass}
              />
            )}
          </Field>
          <div className={styles.actions}>
            <button type="submit" className="button button-small button-primary" disabled={isSending}>
              {words.button.replace('…', '')}
            </button>
            <button
              type="button"
              className="button button-small"
              onClick={() => setAsking(null)}
              disabled={isSending}
            >
              Leave it
            </button>
          </div>
        </form>
      )}
    </>
  );
  if (isCompact) return <div className={styles.section}>{content}</div>;
  return (
    <section className={styles.panel} aria-labelledby="organisers">
      <h2 id="organisers">For organisers</h2>
      {content}
    </section>
  );
}
