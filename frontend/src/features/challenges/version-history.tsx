import type { PublicVersion } from '@sillage/contracts';
import { formatDay } from '../../lib/format-time';
import { paths } from '../../lib/paths';

/** The dataset versions of a challenge with what is new in each; nothing while there is one with nothing to say. */
export function VersionHistory({
  challenge,
  versions,
}: {
  challenge: string;
  versions: readonly PublicVersion[];
}) {
  const hasNews = versions.some(({ changes, rescores }) => changes !== '' || rescores.length > 0);
  if (versions.length < 2 && !hasNews) return null;
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Dataset versions</h2>
      <ul>
        {versions.map(({ version, isCurrent, state, publishedAt, changes, rescores }) => (
          <li key={version}>
            <a href={paths.leaderboard(challenge, { version: isCurrent ? null : version })}>{version}</a>,{' '}
            {formatDay(new Date(publishedAt))}
            {isCurrent ? ', the current one' : state === 'retired' ? ', retired' : ''}
            {changes === '' ? '' : `: ${changes}`}
            {rescores.map((rescore) => (
              <p key={rescore.at} className="small muted">
                Scored again by a newer evaluator, {formatDay(new Date(rescore.at))}: {rescore.changes}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
