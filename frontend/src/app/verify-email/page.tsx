import type { Metadata } from 'next';
import { VerifyEmailForm } from '../../features/account/mail-link-forms';

export const metadata: Metadata = {
  title: 'Confirm your address',
  description: 'Confirms an e-mail address by the link that was mailed there.',
  referrer: 'no-referrer',
};

export default function VerifyEmailPage() {
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '1rem' }}>Confirm your address</h1>
      <p style={{ marginBottom: '1.5rem' }}>
        It opens a new account, and mails about your entries are sent to confirmed addresses only.
      </p>
      <VerifyEmailForm />
    </div>
  );
}
