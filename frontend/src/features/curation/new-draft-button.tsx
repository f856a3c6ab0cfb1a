'use client';

import type { CreateDraftRequest } from '@sillage/contracts';
import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserCurationGateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { paths } from '../../lib/paths';

/** Makes a draft, blank or from a version, and opens it. */
export function NewDraftButton({
  from,
  isPrimary,
  children,
}: {
  from?: CreateDraftRequest['from'];
  isPrimary?: boolean;
  children: ReactNode;
}) {
  const router = useRouter();
  const isInteractive = useIsInteractive();
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isMaking, setIsMaking] = useState(false);

  async function make() {
    setIsMaking(true);
    setFault(null);
    try {
      const draft = await browserCurationGateway.createDraft(
        from === undefined ? { definition: BLANK } : { from },
      );
      router.push(paths.adminDraft(draft.id));
    } catch (error) {
      setFault(formFaultOf(error));
      setIsMaking(false);
    }
  }

  return (
    <span>
      <button
        type="button"
        className={`button ${isPrimary === true ? 'button-primary' : 'button-small'}`}
        disabled={isMaking || !isInteractive}
        onClick={() => void make()}
      >
        {children}
      </button>
      {fault === null ? null : (
        <span role="alert" className="small" style={{ color: 'var(--danger)', display: 'block' }}>
          {fault.title} {fault.text}
        </span>
      )}
    </span>
  );
}

/** What most challenges begin with. */
const BLANK = {
  synthetic: false,
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '1.0.0',
  areas: [],
  scenarios: [],
  tasks: [],
  files: [],
};
