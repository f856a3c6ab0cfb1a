'use client';

import { placeText, problemLine, type DefinitionProblem } from '@sillage/contracts';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import styles from './draft-wizard.module.css';
import { fieldId } from './wizard-steps';

/** Everything that keeps this part of the definition from being complete, each with the way to its field. */
export function StepProblems({ problems }: { problems: readonly DefinitionProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <Notice tone="warning" title={`${countOf(problems.length, 'thing', 'things')} to mend here`}>
      <ul className={styles.problems}>
        {problems.map((problem, index) => (
          <li key={index}>
            <button type="button" className={styles.problem} onClick={() => focusField(problem.path)}>
              {placeText(problem.path)}
            </button>
            : {problemLine(problem)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** To the control of the path, else to that of what it is in, else to the first one of it. */
function focusField(path: string): void {
  const parts = path.split('.');
  for (let count = parts.length; count > 0; count -= 1) {
    const id = fieldId(parts.slice(0, count).join('.'));
    const control =
      document.getElementById(id) ??
      document.querySelector<HTMLElement>(
        `input[id^="${id}-"], select[id^="${id}-"], textarea[id^="${id}-"]`,
      );
    if (control === null) continue;
    control.scrollIntoView({ block: 'center' });
    control.focus();
    return;
  }
}
