'use client';

import type { IdentityList, ProviderList } from '@sillage/contracts';
import { useState } from 'react';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import { formatDay } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { ChangePasswordForm } from './change-password-form';
import { ProviderButtons } from './provider-buttons';
import styles from './section.module.css';

type Props = { initial: IdentityList; providers: ProviderList['providers'] };

/** The ways to sign in to this account. */
export function IdentityPanel({ initial, providers }: Props) {
  const [identities, setIdentities] = useState(initial.identities);
  const [status, setStatus] = useState('');

  async function remove({ id, name }: IdentityList['identities'][number]) {
    try {
      await browserGateway.removeIdentity(id);
      setIdentities((current) => current.filter((other) => other.id !== id));
      setStatus(`${name} was removed.`);
    } catch (error) {
      const { title, text } = formFaultOf(error);
      setStatus(`${title} ${text}`.trim());
    }
  }

  const labelOf = (provider: string) => providers.find(({ id }) => id === provider)?.label ?? provider;
  return (
    <section aria-labelledby="sign-in" className={styles.section}>
      <h2 id="sign-in">Ways to sign in</h2>
      <ul className={styles.list}>
        {initial.hasPassword ? (
          <li className={styles.row} style={{ alignItems: 'start' }}>
            <span>E-mail and password</span>
            <details>
              <summary>Change the password</summary>
              <div style={{ marginTop: '1rem' }}>
                <ChangePasswordForm />
              </div>
            </details>
          </li>
        ) : null}
        {identities.map((identity) => (
          <li key={identity.id} className={styles.row}>
            <span>
              {labelOf(identity.provider)}: {identity.name}{' '}
              <span className="muted small">since {formatDay(new Date(identity.linkedAt))}</span>
            </span>
            <button
              type="button"
              className="button button-small button-danger"
              onClick={() => void remove(identity)}
              aria-label={`Remove ${labelOf(identity.provider)}: ${identity.name}`}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <ProviderButtons providers={providers} next={paths.account} isLink />
      <p role="status" className="small">
        {status}
      </p>
    </section>
  );
}
