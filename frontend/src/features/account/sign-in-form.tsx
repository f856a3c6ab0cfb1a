'use client';

import Link from 'next/link';
import { useRef, useState, type FormEvent } from 'react';
import { controlClass, Field, formClass } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { paths } from '../../lib/paths';
import { NewPasswordField } from './new-password-field';

type Props = { kind: 'sign-in' | 'sign-up'; next: string };

/** Signing in and signing up are one form with one field more. */
export function SignInForm({ kind, next }: Props) {
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  const isInteractive = useIsInteractive();
  const form = useRef<HTMLFormElement>(null);
  const isNew = kind === 'sign-up';

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => String(values.get(name) ?? '');
    setIsSending(true);
    setFault(null);
    try {
      const credentials = { email: text('email').trim(), password: text('password') };
      if (isNew) {
        const reply = await browserGateway.register({
          ...credentials,
          displayName: text('displayName').trim(),
        });
        if ('isMailed' in reply) return setMailedTo(credentials.email);
      } else await browserGateway.signIn(credentials);
      window.location.assign(next); // a whole new page: everything on it depends on who is signed in
    } catch (error) {
      const found = formFaultOf(error);
      setFault(found);
      setIsSending(false);
      const firstOff = Object.keys(found.fields)[0] ?? 'password';
      form.current?.querySelector<HTMLInputElement>(`[name="${firstOff}"]`)?.focus();
    }
  }

  if (mailedTo !== null)
    return (
      <Notice tone="good" title={`A mail is on its way to ${mailedTo}`} announce>
        <p>
          Open the link in it within seven days: it opens your account. Nothing after a few minutes? Look
          among unwanted mails. If you had an account already, the mail says so.
        </p>
      </Notice>
    );
  return (
    <form
      ref={form}
      className={formClass}
      onSubmit={send}
      method="post"
      aria-label={isNew ? 'Create an account' : 'Sign in'}
    >
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      <noscript>
        <Notice tone="warning" title="This form needs JavaScript">
          <p>Boards and challenges can be read without it; signing in cannot.</p>
        </Notice>
      </noscript>
      {isNew ? (
        <Field
          id="displayName"
          label="Name"
          hint="Shown beside your scores."
          error={fault?.fields['displayName']}
        >
          {(described) => (
            <input
              {...described}
              name="displayName"
              type="text"
              autoComplete="name"
              required
              maxLength={80}
              className={controlClass}
            />
          )}
        </Field>
      ) : null}
      <Field id="email" label="E-mail" error={fault?.fields['email']}>
        {(described) => (
          <input
            {...described}
            name="email"
            type="email"
            autoComplete="email"
            required
            maxLength={254}
            className={controlClass}
          />
        )}
      </Field>
      {isNew ? (
        <NewPasswordField label="Password" error={fault?.fields['password']} />
      ) : (
        <Field id="password" label="Password" error={fault?.fields['password']}>
          {(described) => (
            <input
              {...described}
              name="password"
              type="password"
              autoComplete="current-password"
              required
              maxLength={200}
              className={controlClass}
            />
          )}
        </Field>
      )}
      <button type="submit" className="button button-primary" disabled={isSending || !isInteractive}>
        {isSending ? 'One moment…' : isNew ? 'Create the account' : 'Sign in'}
      </button>
      <p className="small muted">
        {isNew ? (
          <>
            You have an account? <Link href={paths.signIn(next === '/' ? undefined : next)}>Sign in</Link>
          </>
        ) : (
          <>
            New here? <Link href={paths.signUp(next === '/' ? undefined : next)}>Create an account</Link>
          </>
        )}
      </p>
    </form>
  );
}
