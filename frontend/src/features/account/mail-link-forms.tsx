'use client';

import Link from 'next/link';
import { useState, type FormEvent } from 'react';
import { controlClass, Field, formClass } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { useLinkSecret } from '../../components/use-link-secret';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { paths } from '../../lib/paths';
import { NewPasswordField } from './new-password-field';

function Fault({ fault }: { fault: FormFault | null }) {
  if (fault === null) return null;
  return (
    <Notice tone="danger" title={fault.title} announce>
      {fault.text === '' ? null : <p>{fault.text}</p>}
    </Notice>
  );
}

/** A button rather than the bare link: programs that look into mails open links, too. */
export function VerifyEmailForm() {
  const secret = useLinkSecret();
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isDone, setIsDone] = useState(false);

  async function verify() {
    setFault(null);
    try {
      await browserGateway.verifyEmail(secret ?? '');
      setIsDone(true);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  if (isDone)
    return (
      <Notice tone="good" title="Your address is confirmed" announce>
        <p>
          Mails about your entries are sent there from now on. <Link href={paths.account}>Your account</Link>
        </p>
      </Notice>
    );
  return (
    <div className={formClass}>
      <Fault fault={fault} />
      <p>
        <button
          type="button"
          className="button button-primary"
          disabled={secret === null || secret === ''}
          onClick={() => void verify()}
        >
          Confirm my address
        </button>
      </p>
    </div>
  );
}

export function StopMailsForm() {
  const link = useLinkSecret();
  const [secret = '', kind = ''] = (link ?? '').split('/');
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isDone, setIsDone] = useState(false);

  async function stop() {
    setFault(null);
    try {
      await browserGateway.stopMails(secret, kind);
      setIsDone(true);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  if (isDone)
    return (
      <Notice tone="good" title="No more mails of this kind are sent" announce>
        <p>
          In the app you are told as before. <Link href={`${paths.account}#notifications`}>All settings</Link>
        </p>
      </Notice>
    );
  return (
    <div className={formClass}>
      <Fault fault={fault} />
      <p>
        <button
          type="button"
          className="button button-primary"
          disabled={secret === '' || kind === ''}
          onClick={() => void stop()}
        >
          Stop these mails
        </button>
      </p>
    </div>
  );
}

export function ForgotPasswordForm() {
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isDone, setIsDone] = useState(false);
  const isInteractive = useIsInteractive();

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get('email') ?? '').trim();
    setFault(null);
    try {
      await browserGateway.askToResetPassword(email);
      setIsDone(true);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  if (isDone)
    return (
      <Notice tone="good" title="If this address has an account, a link is on its way" announce>
        <p>It works once, for an hour.</p>
      </Notice>
    );
  return (
    <form onSubmit={ask} noValidate className={formClass} aria-label="Forgotten password">
      <Fault fault={fault} />
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
      <button type="submit" className="button button-primary" disabled={!isInteractive}>
        Mail a link
      </button>
    </form>
  );
}

export function ResetPasswordForm() {
  const secret = useLinkSecret();
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isDone, setIsDone] = useState(false);

  async function reset(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    setFault(null);
    try {
      await browserGateway.setPassword(secret ?? '', password);
      setIsDone(true);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  if (isDone)
    return (
      <Notice tone="good" title="The new password is set" announce>
        <p>
          Sessions and API tokens of the account have ended. <Link href={paths.signIn()}>Sign in</Link>
        </p>
      </Notice>
    );
  return (
    <form onSubmit={reset} noValidate className={formClass} aria-label="New password">
      <Fault fault={fault} />
      <NewPasswordField label="New password" error={fault?.fields['password']} />
      <button type="submit" className="button button-primary" disabled={secret === null || secret === ''}>
        Set the password
      </button>
    </form>
  );
}
