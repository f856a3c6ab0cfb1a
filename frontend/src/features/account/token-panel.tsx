'use client';

import { TOKEN_SCOPES, type CreatedToken, type TokenScope, type TokenView } from '@sillage/contracts';
import { useState, type FormEvent } from 'react';
import { CodeBlock } from '../../components/code-block';
import { CopyButton } from '../../components/copy-button';
import { controlClass, errorClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatDay, formatInstant } from '../../lib/format-time';
import styles from './token-panel.module.css';

const LIFETIMES_DAYS = [7, 30, 90, 366];
const SCOPE_TEXTS: Record<TokenScope, string> = {
  read: 'see what you see, your private entries included',
  submit: 'upload, enter, cancel and withdraw submissions',
  account: 'change your account: tokens, profile, teams',
  organise: 'register challenges and datasets',
};

/** API tokens for the command line and scripts: the secret is shown once, at its creation. */
export function TokenPanel({
  initial,
  origin,
  isOrganiser,
}: {
  initial: TokenView[];
  origin: string;
  isOrganiser: boolean;
}) {
  const scopes = TOKEN_SCOPES.filter((scope) => isOrganiser || scope !== 'organise');
  const [tokens, setTokens] = useState(initial);
  const [created, setCreated] = useState<CreatedToken | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [status, setStatus] = useState('');
  const [isSending, setIsSending] = useState(false);
  const isInteractive = useIsInteractive();

  async function create(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const values = new FormData(form);
    setIsSending(true);
    setFault(null);
    try {
      const token = await browserGateway.createToken({
        name: String(values.get('name') ?? '').trim(),
        scopes: scopes.filter((scope) => values.getAll('scopes').includes(scope)),
        expiresInDays: Number(values.get('expiresInDays')),
      });
      setCreated(token);
      setTokens((current) => [token, ...current]);
      setStatus(`Token ${token.name} was created.`);
      form.reset();
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  async function revoke(token: TokenView) {
    setFault(null);
    try {
      await browserGateway.revokeToken(token.id);
      setTokens((current) => current.filter((other) => other.id !== token.id));
      setCreated((current) => (current?.id === token.id ? null : current));
      setStatus(`Token ${token.name} was revoked.`);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  return (
    <section aria-labelledby="tokens" className={styles.panel}>
      <div>
        <h2 id="tokens">API tokens</h2>
        <p className="muted small">
          For the command line and for scripts. A token may do what its scopes say, until it expires or you
          revoke it.
        </p>
      </div>
      <p role="status" className="visually-hidden">
        {status}
      </p>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {created === null ? null : (
        <Notice tone="good" title="Copy the secret now: it is not shown again" announce>
          <p className={styles.secret}>
            <code data-testid="token-secret">{created.secret}</code>
            <CopyButton text={created.secret} label="the secret" />
          </p>
          <CodeBlock
            label="Shell: use the token"
            code={`export SILLAGE_URL=${origin}\nexport SILLAGE_TOKEN=${created.secret}`}
          />
        </Notice>
      )}
      <form onSubmit={create} className={styles.create} aria-label="Create an API token">
        <Field id="token-name" label="Name of the token" error={fault?.fields['name']}>
          {(described) => (
            <input
              {...described}
              name="name"
              required
              maxLength={80}
              placeholder="cluster, laptop…"
              className={controlClass}
            />
          )}
        </Field>
        <Field id="token-days" label="Expires in" error={fault?.fields['expiresInDays']}>
          {(described) => (
            <select {...described} name="expiresInDays" defaultValue="90" className={controlClass}>
              {LIFETIMES_DAYS.map((days) => (
                <option key={days} value={days}>
                  {days} days
                </option>
              ))}
            </select>
          )}
        </Field>
        <fieldset className={styles.scopes}>
          <legend>What it may do</legend>
          {scopes.map((scope) => (
            <label key={scope} className={styles.scope}>
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                defaultChecked={scope === 'read' || scope === 'submit'}
              />
              <span>
                <strong>{scope}</strong> <span className="muted">{SCOPE_TEXTS[scope]}</span>
              </span>
            </label>
          ))}
          {fault?.fields['scopes'] === undefined ? null : (
            <p className={errorClass}>{fault.fields['scopes']}</p>
          )}
        </fieldset>
        <button type="submit" className="button button-primary" disabled={isSending || !isInteractive}>
          Create token
        </button>
      </form>
      {tokens.length === 0 ? (
        <p className="muted">You have no token.</p>
      ) : (
        <div className={styles.scroller} role="region" aria-label="Your tokens" tabIndex={0}>
          <table className={styles.table}>
            <caption className="visually-hidden">Your API tokens</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">May</th>
                <th scope="col">Created</th>
                <th scope="col">Expires</th>
                <th scope="col">Last used</th>
                <th scope="col">
                  <span className="visually-hidden">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <tr key={token.id}>
                  <th scope="row">{token.name}</th>
                  <td>{token.scopes.join(', ')}</td>
                  <td>{formatDay(new Date(token.createdAt))}</td>
                  <td>{formatDay(new Date(token.expiresAt))}</td>
                  <td>{token.lastUsedAt === null ? 'never' : formatInstant(token.lastUsedAt)}</td>
                  <td>
                    <button
                      type="button"
                      className="button button-small button-danger"
                      onClick={() => revoke(token)}
                      aria-label={`Revoke ${token.name}`}
                    >
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
