'use client';

import { useId } from 'react';
import { taskKey, nameOf, type Task } from '../../lib/tasks';
import type { SetCheckItem } from './messages';
import { CheckedFile, type PreflightPanelProps } from './preflight-panel';
import {
  fileState,
  fileStateText,
  setCoverage,
  setSentence,
  type SetFileCheck,
  type TaskCoverage,
} from './set-coverage';
import styles from './set-check-panel.module.css';
import { useSetCheck } from './use-set-check';

type Named = { id: string; name: string };
type Props = Pick<
  PreflightPanelProps,
  'variable' | 'onVariable' | 'protocol' | 'references' | 'nameOfTask'
> & {
  challenge: { id: string; areas: readonly Named[]; scenarios: readonly Named[]; tasks: readonly Task[] };
  items: readonly SetCheckItem[];
  /** The file whose details are shown; none once all are sent. */
  openId: number | null;
  onOpen: (id: number) => void;
};

const MARKS: Record<TaskCoverage['state'], { mark: string; text: string }> = {
  covered: { mark: '✓', text: '' },
  twice: { mark: '!', text: 'more than one file: ' },
  open: { mark: '…', text: 'not known yet: ' },
  rejected: { mark: '✗', text: 'would be rejected: ' },
  uncovered: { mark: '–', text: 'not covered by ' },
  missing: { mark: '', text: 'missing' },
};

/** One result for all files of a set: the state of each, and the boards that they cover together; then one file in full. */
export function SetCheckPanel(props: Props) {
  const { challenge, items, openId, onOpen, onVariable, protocol, references, nameOfTask } = props;
  const variable = props.variable.trim() === '' ? null : props.variable.trim();
  const runOf = useSetCheck(items, variable);
  const id = useId();
  const files = items.map((item): SetFileCheck => ({
    name: item.file.name,
    tasks: item.tasks,
    onlyCovered: item.onlyCovered,
    isSent: item.isReleased,
    run: runOf(item),
  }));
  const coverage = setCoverage(files, challenge.tasks);
  const isOver = files.every((file) => !['waiting', 'checking'].includes(fileState(file)));
  const open = items.find((item) => item.id === openId);
  return (
    <>
      <section
        className={styles.panel}
        aria-labelledby={id}
        data-testid="set-check"
        data-phase={isOver ? 'done' : 'running'}
      >
        <h3 id={id}>The set, checked in your browser</h3>
        <p role="status">{setSentence(files, coverage)}</p>
        <ul className={styles.files} aria-label="State of each file">
          {items.map((item, index) => {
            const file = files[index]!;
            return (
              <li key={item.id} data-state={fileState(file)}>
                <span className={styles.name}>{file.name}</span>
                <span className={styles.state}>{fileStateText(file)}</span>
                <button
                  type="button"
                  className="button button-small"
                  aria-pressed={item.id === openId}
                  onClick={() => onOpen(item.id)}
                >
                  Details<span className="visually-hidden"> of {file.name}</span>
                </button>
              </li>
            );
          })}
        </ul>
        <CoverageTable challenge={challenge} coverage={coverage} />
      </section>
      {open === undefined ? null : (
        <CheckedFile
          key={open.id}
          file={open.file}
          challenge={challenge.id}
          protocol={protocol}
          variable={props.variable}
          onVariable={onVariable}
          tasks={open.tasks}
          onlyCovered={open.onlyCovered}
          references={references}
          nameOfTask={nameOfTask}
          isSent={open.isReleased}
          check={runOf(open)}
        />
      )}
    </>
  );
}

/** Which file each board would get: scenarios in rows, areas in columns. */
function CoverageTable({ challenge, coverage }: Pick<Props, 'challenge'> & { coverage: TaskCoverage[] }) {
  const { areas, scenarios } = challenge;
  const missing = coverage.filter(({ state }) => state === 'missing').length;
  return (
    <div>
      <div className={styles.scroller} role="region" aria-label="Boards that the set covers" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">
            Boards of the challenge and the file that each would get
          </caption>
          <thead>
            <tr>
              <th scope="col">Observations</th>
              {areas.map((area) => (
                <th key={area.id} scope="col">
                  {area.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scenarios.map((scenario) => (
              <tr key={scenario.id}>
                <th scope="row">{nameOf(scenarios, scenario.id)}</th>
                {areas.map((area) => {
                  const key = taskKey({ area: area.id, scenario: scenario.id });
                  const task = coverage.find((item) => taskKey(item) === key);
                  if (task === undefined)
                    return (
                      <td key={area.id} data-state="none">
                        <span className="visually-hidden">no such board</span>
                      </td>
                    );
                  const { mark, text } = MARKS[task.state];
                  return (
                    <td key={area.id} data-state={task.state}>
                      {mark === '' ? null : <span aria-hidden="true">{mark} </span>}
                      {text}
                      {task.files.join(', ')}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {missing === 0 ? null : (
        <p className={styles.note}>
          A missing board is no fault: the method stands on the boards that it has a map for.
        </p>
      )}
    </div>
  );
}
