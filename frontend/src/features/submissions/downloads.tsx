import {
  isAlongTrackProtocol,
  type ArtefactName,
  type EvaluationView,
  type SubmissionView,
} from '@sillage/contracts';
import { CodeBlock } from '../../components/code-block';
import { formatBytes } from '../../lib/format-number';
import { apiPaths } from '../../lib/paths';
import { pythonCommands, shellCommands } from './commands';
import styles from './downloads.module.css';

const OFFERED: Partial<Record<ArtefactName, string>> = {
  'scored.nc': 'The reconstruction as it was scored, on the grid of the reference, in NetCDF',
  'diagnostics.json': 'The curves: daily RMSE and spectra',
  'statistics.json': 'Sums over each day and latitude, from which the scores can be computed again',
};

type Props = { submission: SubmissionView; evaluation: EvaluationView; origin: string; mayReadFile: boolean };

export function Downloads({ submission, evaluation, origin, mayReadFile }: Props) {
  const offered = evaluation.artefacts.filter((artefact) => OFFERED[artefact.name] !== undefined);
  const python = pythonCommands(evaluation, origin);
  return (
    <section aria-labelledby="downloads" className={styles.downloads}>
      <h2 id="downloads">Take it with you</h2>
      <ul className={styles.files}>
        {offered.map((artefact) => (
          <li key={artefact.name}>
            <a href={artefact.url} download={artefact.name}>
              {artefact.name}
            </a>{' '}
            <span className="muted">{formatBytes(artefact.sizeBytes)}</span>
            <span className={styles.text}>
              {artefact.name === 'scored.nc' && isAlongTrackProtocol(evaluation.protocol)
                ? 'The reconstruction on its own grid, cut to the area and the period, in NetCDF'
                : OFFERED[artefact.name]}
            </span>
          </li>
        ))}
        {mayReadFile && submission.file !== null ? (
          <li>
            <a href={apiPaths.submissionFile(submission.id)} download={submission.file.name}>
              {submission.file.name}
            </a>{' '}
            <span className="muted">{formatBytes(submission.file.sizeBytes)}</span>
            <span className={styles.text}>{fileText(submission)}</span>
          </li>
        ) : null}
      </ul>
      <div className={styles.codes}>
        <CodeBlock
          code={shellCommands(submission.id, origin)}
          label="Shell"
          caption="Shell, in a clone of Sillage"
        />
        {python === null ? null : <CodeBlock code={python} label="Python" caption="Python with xarray" />}
      </div>
    </section>
  );
}

function fileText({ kind, network }: SubmissionView): string {
  if (kind === 'participant') return 'The file as it was uploaded';
  return network === null ? 'The maps of this reference' : 'The weights of this reference';
}
