'use client';

import { NOTIFICATION_KIND_TEXTS, type Preference, type PreferenceList } from '@sillage/contracts';
import { useState } from 'react';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import styles from './preference-panel.module.css';

type Props = { initial: PreferenceList; email: string | null };

/** Each kind, in the app and by mail; a tick is kept at once. */
export function PreferencePanel({ initial, email }: Props) {
  const [preferences, setPreferences] = useState(initial.preferences);
  const [fault, setFault] = useState('');
  const [status, setStatus] = useState('');
  const isInteractive = useIsInteractive();

  async function change(changed: Preference) {
    const before = preferences;
    setPreferences((current) => current.map((item) => (item.kind === changed.kind ? changed : item)));
    setFault('');
    try {
      setPreferences((await browserGateway.setPreferences([changed])).preferences);
      setStatus('Kept.');
    } catch (error) {
      setPreferences(before);
      setFault(formFaultOf(error).title);
    }
  }

  async function verify() {
    setFault('');
    try {
      await browserGateway.askToVerifyEmail();
      setStatus(`A link was mailed to ${email ?? ''}.`);
    } catch (error) {
      setFault(formFaultOf(error).title);
    }
  }

  return (
    <section aria-labelledby="notifications" className={styles.panel}>
      <h2 id="notifications">Notifications</h2>
      {fault === '' ? null : <Notice tone="danger" title={fault} announce />}
      {initial.mail === 'off' ? (
        <p className="muted small">This platform sends no mails; notifications are in the app only.</p>
      ) : initial.mail === 'address-not-verified' ? (
        <Notice title={email === null ? 'You gave no e-mail address' : 'Your e-mail address is not confirmed'}>
          {email === null ? (
            <p>Notifications are in the app only.</p>
          ) : (
            <p>
              Mails about your entries are sent once you have opened the link that was mailed to {email}.{' '}
              <button type="button" className="button button-small" onClick={() => void verify()}>
                Mail the link again
              </button>
            </p>
          )}
        </Notice>
      ) : null}
      <table className={styles.table}>
        <caption className="visually-hidden">What you are told, and how</caption>
        <thead>
          <tr>
            <th scope="col">Tell me when</th>
            <th scope="col">Here</th>
            <th scope="col">By mail</th>
          </tr>
        </thead>
        <tbody>
          {preferences.map((item) => (
            <tr key={item.kind}>
              <th scope="row">{NOTIFICATION_KIND_TEXTS[item.kind]}</th>
              <td>
                <input
                  type="checkbox"
                  checked={item.inApp}
                  disabled={!isInteractive}
                  aria-label={`${NOTIFICATION_KIND_TEXTS[item.kind]}: here`}
                  onChange={(event) => void change({ ...item, inApp: event.target.checked })}
                />
              </td>
              <td>
                <input
                  type="checkbox"
                  checked={item.byMail}
                  disabled={!isInteractive || initial.mail === 'off'}
                  aria-label={`${NOTIFICATION_KIND_TEXTS[item.kind]}: by mail`}
                  onChange={(event) => void change({ ...item, byMail: event.target.checked })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p role="status" className="muted small">
        {status}
      </p>
    </section>
  );
}
