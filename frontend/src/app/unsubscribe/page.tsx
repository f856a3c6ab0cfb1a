import type { Metadata } from 'next';
import { StopMailsForm } from '../../features/account/mail-link-forms';

export const metadata: Metadata = {
  title: 'Stop mails',
  description: 'Stops the mails of one kind.',
  referrer: 'no-referrer',
};

export default function StopMailsPage() {
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '1rem' }}>Stop mails</h1>
      <p style={{ marginBottom: '1.5rem' }}>You will get no more mails of the kind in which you found this link.</p>
      <StopMailsForm />
    </div>
  );
}
