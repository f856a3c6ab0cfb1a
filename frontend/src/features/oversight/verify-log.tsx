'use client';

import type { AuditVerification } from '@sillage/contracts';
import { useState } from 'react';
import { browserOversightGateway } from '../../lib/api/browser-oversight-gateway';
import { formFaultOf } from '../../lib/api/form-fault';

/** Computes every hash again, and says what came out. */
export function VerifyLog() {
  const [said, setSaid] = useState('');
  const [isRunning, setIsRunning] = useState(false);

  async function verify() {
    setIsRunning(true);
    setSaid('');
    try {
      setSaid(textOf(await browserOversightGateway.verifyAudit()));
    } catch (error) {
      setSaid(formFaultOf(error).title);
    } finally {
      setIsRunning(false);
    }
  }

  return (
    <>
      <button type="button" className="button" onClick={() => void verify()} disabled={isRunning}>
        {isRunning ? 'Verifying…' : 'Verify the chain'}
      </button>
      <span role="status" style={{ overflowWrap: 'anywhere' }}>
        {said}
      </span>
    </>
  );
}

function textOf({ lineCount, firstBroken, lastHash }: AuditVerification): string {
  if (firstBroken !== null)
    return `Line ${firstBroken} does not fit to the one before it: it was changed, or lines before it were taken out.`;
  return lineCount === 0
    ? 'The log is empty.'
    : `All ${lineCount} lines are as they were written. Hash of the last: ${lastHash?.slice(0, 16) ?? ''}…`;
}
