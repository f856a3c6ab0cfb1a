'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { browserOversightGateway } from '../../lib/api/browser-oversight-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import { countOf, formatBytes } from '../../lib/format-number';
import styles from './oversight.module.css';

export function CollectButton() {
  const router = useRouter();
  const [said, setSaid] = useState('');
  const [isSending, setIsSending] = useState(false);

  async function collect() {
    setIsSending(true);
    try {
      const { removed, remainingCount } = await browserOversightGateway.collect();
      const rest =
        remainingCount === 0 ? '' : ` ${countOf(remainingCount, 'object is', 'objects are')} left.`;
      setSaid(
        `Removed ${countOf(removed.count, 'object', 'objects')}, ${formatBytes(removed.sizeBytes)}.${rest}`,
      );
      router.refresh();
    } catch (error) {
      setSaid(formFaultOf(error).title);
    } finally {
      setIsSending(false);
    }
  }

  return (
    <p className={styles.actions}>
      <button type="button" className="button" onClick={() => void collect()} disabled={isSending}>
        Remove what is unused
      </button>
      <span role="status">{said}</span>
    </p>
  );
}
