import type { Metadata } from 'next';
import { ForgotPasswordForm } from '../../features/account/mail-link-forms';

export const metadata: Metadata = {
  title: 'Forgotten password',
  description: 'Mails a link that sets a new password.',
  referrer: 'no-referrer',
};

export default function ForgotPasswordPage() {
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '1rem' }}>Forgotten password</h1>
      <p style={{ marginBottom: '1.5rem' }}>A link that sets a new password is mailed to you.</p>
      <ForgotPasswordForm />
    </div>
  );
}
