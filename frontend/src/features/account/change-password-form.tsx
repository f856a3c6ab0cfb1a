'use client';

import { useState, type FormEvent } from 'react';
import { controlClass, Field, formClass } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { NewPasswordField } from './new-password-field';

export function ChangePasswordForm() {
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isDone, setIsDone] = useState(false);
  const isInteractive = useIsInteractive();

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => String(values.get(name) ?? '');
    setFault(null);
    try {
      await browserGateway.changePassword(text('current'), text('password'));
      setIsDone(true);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  if (isDone)
    return (
      <Notice tone="good" title="The new password is set" announce>
        <p>Your other sessions and all API tokens have ended.</p>
      </Notice>
    );
  return (
    <form onSubmit={change} noValidate className={formClass} aria-label="Change the password">
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      <Field id="current" label="Current password" error={fault?.fields['current']}>
        {(described) => (
          <input
            {...described}
            name="current"
            type="password"
            autoComplete="current-password"
            required
            maxLength={200}
            className={controlClass}
          />
        )}
      </Field>
      <NewPasswordField label="New password" error={fault?.fields['password']} />
      <p className="muted small">Your other sessions and all API tokens end.</p>
      <button type="submit" className="button button-primary" disabled={!isInteractive}>
        Change the password
      </button>
    </form>
  );
}
