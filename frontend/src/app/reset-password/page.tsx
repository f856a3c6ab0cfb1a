import type { Metadata } from 'next';
import { ResetPasswordForm } from '../../features/account/mail-link-forms';

export const metadata: Metadata = {
  title: 'Choose a new password',
  description: 'Sets a new password by the link that was mailed.',
  referrer: 'no-referrer',
};

export default function ResetPasswordPage() {
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '1rem' }}>Choose a new password</h1>
      <p style={{ marginBottom: '1.5rem' }}>Every session and API token of the account ends when the password is set.</p>
      <ResetPasswordForm />
    </div>
  );
}
