import type { SubmissionView } from '@sillage/contracts';
import { inputLabel } from '../../components/inputs';
import { formatBytes } from '../../lib/format-number';
import { METHOD_FAMILY_TEXTS } from '../../lib/method-families';
import styles from './method-card.module.css';

export function MethodCard({ submission }: { submission: SubmissionView }) {
  const { card, file, form, people } = submission;
  return (
    <section aria-labelledby="method" className={styles.card}>
      <h2 id="method">Method</h2>
      {card.description === '' ? (
        <p className="muted">The author gave no description.</p>
      ) : (
        <p className={styles.text}>{card.description}</p>
      )}
      <dl className={styles.facts}>
        {people.length === 0 ? null : (
          <div>
            <dt>{submission.team === null ? 'By' : `Team ${submission.team.name}`}</dt>
            <dd>
              {people.map((person, index) => (
                <span key={`${person.name} ${index}`}>
                  {index === 0 ? '' : '; '}
                  {person.webPage === null ? (
                    person.name
                  ) : (
                    <a href={person.webPage} rel="noopener nofollow">
                      {person.name}
                    </a>
                  )}
                  {person.affiliation === null ? '' : `, ${person.affiliation}`}
                  {person.orcid === null ? null : (
                    <>
                      {' '}
                      (<a href={`https://orcid.org/${person.orcid}`}>ORCID {person.orcid}</a>)
                    </>
                  )}
                </span>
              ))}
            </dd>
          </div>
        )}
        <div>
          <dt>Inputs</dt>
          <dd>{card.inputs.map(inputLabel).join('; ')}</dd>
        </div>
        {card.family === undefined ? null : (
          <div>
            <dt>Kind</dt>
            <dd>{METHOD_FAMILY_TEXTS[card.family].name}</dd>
          </div>
        )}
        {card.trainedOn === undefined || card.trainedOn.length === 0 ? null : (
          <div>
            <dt>Learnt from</dt>
            <dd>{card.trainedOn.join(', ')}</dd>
          </div>
        )}
        {card.codeUrl === null ? null : (
          <div>
            <dt>Code</dt>
            <dd>
              <a href={card.codeUrl} rel="noopener nofollow">
                {card.codeUrl}
              </a>
            </dd>
          </div>
        )}
        {card.paperUrl === null ? null : (
          <div>
            <dt>Paper</dt>
            <dd>
              <a href={card.paperUrl} rel="noopener nofollow">
                {card.paperUrl}
              </a>
            </dd>
          </div>
        )}
        <div>
          <dt>{form === 'network' ? 'Licence of the maps' : 'Licence'}</dt>
          <dd>{card.licence}</dd>
        </div>
        <div>
          <dt>File</dt>
          <dd>
            {file === null ? (
              'None yet: the platform maps the observations.'
            ) : (
              <>
                {file.name}, {formatBytes(file.sizeBytes)}
                <br />
                <code className={styles.hash}>sha256 {file.sha256}</code>
              </>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}
