'use client';

import dynamic from 'next/dynamic';
import type { SubmissionView } from '@sillage/contracts';

/** The code of the organisers' part comes only to organisers. */
const ModerationPanel = dynamic(() =>
  import('../../../features/oversight/moderation-panel').then((module) => module.ModerationPanel),
);

export function OrganiserPanel({ submission }: { submission: SubmissionView }) {
  return (
    <div style={{ marginTop: '1.5rem' }}>
      <ModerationPanel submission={submission} onModerated={() => window.location.reload()} />
    </div>
  );
}
