'use client';

import dynamic from 'next/dynamic';
import type { Period } from '@sillage/contracts';
import type { ReferenceFile } from '../../features/preflight/messages';
import { SubmitForm } from '../../features/submit/submit-form';
import type { SubmitChallenge } from '../../features/submit/task-chooser';
import { taskName } from '../../lib/tasks';

const PreflightPanel = dynamic(
  () => import('../../features/preflight/preflight-panel').then((module) => module.PreflightPanel),
  { ssr: false },
);

type Props = {
  challenge: SubmitChallenge;
  period: Period;
  references: readonly ReferenceFile[];
  teams: readonly { id: string; name: string }[];
};

/** The form, with the check of a map in the browser before it is sent; its code comes when a file is chosen. */
export function CheckedSubmitForm({ challenge, period, references, teams }: Props) {
  return (
    <SubmitForm
      challenge={challenge}
      teams={teams}
      preflight={({ file, variable, onVariable, tasks, onlyCovered }) => (
        <PreflightPanel
          file={file}
          challenge={challenge.id}
          protocol={challenge.protocol}
          variable={variable}
          onVariable={onVariable}
          tasks={tasks.flatMap(({ area, scenario }) => {
            const scoredBox = challenge.areas.find(({ id }) => id === area)?.scoredBox;
            return scoredBox === undefined ? [] : [{ area, scenario, scoredBox, period }];
          })}
          onlyCovered={onlyCovered}
          references={references}
          nameOfTask={(task) => taskName(challenge, task)}
        />
      )}
    />
  );
}
