'use client';

import type { ProviderList } from '@sillage/contracts';
import { useState } from 'react';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import styles from './section.module.css';

type Props = { providers: ProviderList['providers']; next: string; isLink?: boolean };

/** Leads to another site, which says who somebody is. */
export function ProviderButtons({ providers, next, isLink = false }: Props) {
  const [fault, setFault] = useState('');
  const isInteractive = useIsInteractive();

  async function go(provider: string) {
    setFault('');
    try {
      window.location.assign(await browserGateway.startSignIn(provider, { next, link: isLink }));
    } catch (error) {
      const { title, text } = formFaultOf(error);
      setFault(`${title} ${text}`.trim());
    }
  }

  if (providers.length === 0) return null;
  return (
    <div className={isLink ? styles.actions : styles.providers}>
      {providers.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          className="button"
          disabled={!isInteractive}
          onClick={() => void go(id)}
        >
          {isLink ? `Add ${label}` : `Sign in with ${label}`}
        </button>
      ))}
      <span role="alert">{fault}</span>
    </div>
  );
}
