'use client';

import dynamic from 'next/dynamic';
import type { Period, TaskExtent } from '@sillage/contracts';
import type { ReferenceFile } from '../../features/preflight/messages';
import { SubmitForm } from '../../features/submit/submit-form';
import type { SubmitChallenge } from '../../features/submit/task-chooser';
import { taskName, type Task } from '../../lib/tasks';

const PreflightPanel = dynamic(
  () => import('../../features/preflight/preflight-panel').then((module) => module.PreflightPanel),
  { ssr: false },
);
const SetCheckPanel = dynamic(
  () => import('../../features/preflight/set-check-panel').then((module) => module.SetCheckPanel),
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
  const extentsOf = (tasks: readonly Task[]): TaskExtent[] =>
    tasks.flatMap(({ area, scenario }) => {
      const scoredBox = challenge.areas.find(({ id }) => id === area)?.scoredBox;
      return scoredBox === undefined ? [] : [{ area, scenario, scoredBox, period }];
    });
  const common = {
    protocol: challenge.protocol,
    references,
    nameOfTask: (task: Task) => taskName(challenge, task),
  };
  return (
    <SubmitForm
      challenge={challenge}
      teams={teams}
      preflight={({ file, variable, onVariable, tasks, onlyCovered }) => (
        <PreflightPanel
          file={file}
          challenge={challenge.id}
          variable={variable}
          onVariable={onVariable}
          tasks={extentsOf(tasks)}
          onlyCovered={onlyCovered}
          {...common}
        />
      )}
      setPreflight={({ items, variable, onVariable, openId, onOpen }) => (
        <SetCheckPanel
          challenge={challenge}
          items={items.map((item) => ({ ...item, tasks: extentsOf(item.tasks) }))}
          variable={variable}
          onVariable={onVariable}
          openId={openId}
          onOpen={onOpen}
          {...common}
        />
      )}
    />
  );
}
