'use client';

import type { AccountView } from '@sillage/contracts';
import { useState, type FormEvent } from 'react';
import { controlClass, Field, formClass } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import styles from './section.module.css';

/** What stands beside an entry and in its citation. */
export function ProfilePanel({ initial }: { initial: AccountView }) {
  const [fault, setFault] = useState<FormFault | null>(null);
  const [status, setStatus] = useState('');
  const [isSending, setIsSending] = useState(false);
  const isInteractive = useIsInteractive();

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => String(values.get(name) ?? '').trim();
    setIsSending(true);
    setFault(null);
    setStatus('');
    try {
      await browserGateway.changeProfile({
        displayName: text('displayName'),
        affiliation: text('affiliation') || null,
        orcid: (initial.isOrcidVerified ? initial.orcid : text('orcid')) || null,
        webPage: text('webPage') || null,
      });
      setStatus('The profile was saved.');
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  const errorOf = (field: string) => fault?.fields[field];
  return (
    <section aria-labelledby="profile" className={styles.section}>
      <h2 id="profile">Profile</h2>
      <p className="muted small">Shown beside your entries, and put into their citations.</p>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      <form onSubmit={save} noValidate className={formClass} aria-label="Profile">
        <Field id="displayName" label="Name" error={errorOf('displayName')}>
          {(described) => (
            <input
              {...described}
              name="displayName"
              defaultValue={initial.displayName}
              autoComplete="name"
              maxLength={80}
              required
              className={controlClass}
            />
          )}
        </Field>
        <Field id="affiliation" label="Affiliation" isOptional error={errorOf('affiliation')}>
          {(described) => (
            <input
              {...described}
              name="affiliation"
              defaultValue={initial.affiliation ?? ''}
              autoComplete="organization"
              maxLength={200}
              className={controlClass}
            />
          )}
        </Field>
        <Field
          id="orcid"
          label="ORCID iD"
          isOptional
          hint={
            initial.isOrcidVerified
              ? 'Verified by your sign-in at ORCID.'
              : 'Like 0000-0002-1825-0097, or its https://orcid.org address.'
          }
          error={errorOf('orcid')}
        >
          {(described) => (
            <input
              {...described}
              name="orcid"
              defaultValue={initial.orcid ?? ''}
              readOnly={initial.isOrcidVerified}
              maxLength={60}
              autoComplete="off"
              className={controlClass}
            />
          )}
        </Field>
        <Field id="webPage" label="Web page" isOptional error={errorOf('webPage')}>
          {(described) => (
            <input
              {...described}
              name="webPage"
              type="url"
              placeholder="https://"
              defaultValue={initial.webPage ?? ''}
              autoComplete="url"
              maxLength={500}
              className={controlClass}
            />
          )}
        </Field>
        <div className={styles.actions}>
          <button type="submit" className="button button-primary" disabled={isSending || !isInteractive}>
            Save the profile
          </button>
          <span role="status">{status}</span>
        </div>
      </form>
    </section>
  );
}
