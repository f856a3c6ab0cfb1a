'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { browserOversightGateway } from '../../lib/api/browser-oversight-gateway';
import { formFaultOf } from '../../lib/api/form-fault';

export function RetryButton({ evaluation, what }: { evaluation: string; what: string }) {
  const router = useRouter();
  const [said, setSaid] = useState('');
  const [isSending, setIsSending] = useState(false);

  async function retry() {
    setIsSending(true);
    try {
      await browserOversightGateway.retry(evaluation);
      setSaid('It waits in the queue again.');
      router.refresh();
    } catch (error) {
      setSaid(formFaultOf(error).title);
    } finally {
      setIsSending(false);
    }
  }

  return (
    <>
      <button type="button" className="button button-small" onClick={() => void retry()} disabled={isSending}>
        Try again<span className="visually-hidden">: {what}</span>
      </button>{' '}
      <span role="status">{said}</span>
    </>
  );
}
