'use client';

import type { LeaderboardRow } from '@sillage/contracts';
import { useCallback, useState } from 'react';
import { hasSameBoxes } from '../../../charts/boxes/box-resolutions';
import { ResolutionBoxes } from '../../../charts/boxes/resolution-boxes';
import { ApiFailure } from '@sillage/client';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { BoardDataNotice } from '../board/board-data-notice';
import styles from './comparison-resolution.module.css';
import { resolutionPair, type ResolvedRow } from './comparison-view';
import { FigureLinks } from '../export/figure-links';
import { useBoardData } from '../use-board-data';

type Props = {
  rows: readonly LeaderboardRow[];
  /** The figure of the boxes of an evaluation, against another's. */
  svgHref: (chosen: Record<'boxes' | 'against', string>) => string;
};

/** Effective resolution by box of one of the chosen methods, less that of another of them. */
export function ComparisonResolution({ rows, svgHref }: Props) {
  const load = useCallback(
    (ids: string) =>
      Promise.all(
        ids.split(',').map(async (id) => {
          try {
            return await browserGateway.resolution(id);
          } catch (error) {
            if (error instanceof ApiFailure) return null; // withheld, or scored before there were boxes
            throw error;
          }
        }),
      ),
    [],
  );
  const data = useBoardData(rows.map((row) => row.evaluationId).join(','), load);
  const [wanted, setWanted] = useState<{ own: string; other: string }>({ own: '', other: '' });
  if (data.state !== 'here') return <BoardDataNotice state={data.state} what="effective resolution by box" />;
  const resolved = rows.flatMap((row, index): ResolvedRow[] => {
    const resolution = data.value[index] ?? null;
    return resolution === null ? [] : [{ row, resolution }];
  });
  const pair = resolutionPair(resolved, wanted);
  if (pair === null)
    return (
      <p className="muted">
        None of these methods has an effective resolution by box: the area is smaller than a box of 5°, this
        challenge withholds it, or an earlier version scored them.
      </p>
    );
  const { own, other } = pair;
  const absent = rows.filter((row) => !resolved.some((item) => item.row === row));
  return (
    <section
      className={`panel ${styles.panel}`}
      aria-label="Effective resolution by box of the compared methods"
    >
      <ResolutionBoxes
        resolution={own.resolution}
        against={other === null ? null : { name: other.row.method, resolution: other.resolution }}
        scores={own.row.scores}
        choice={
          resolved.length < 2 ? (
            <span className={styles.single}>{own.row.method}</span>
          ) : (
            <div className={styles.choice} role="group" aria-label="Methods whose boxes are compared">
              <select
                aria-label="Boxes of"
                value={own.row.evaluationId}
                onChange={(event) => setWanted({ ...wanted, own: event.currentTarget.value })}
              >
                {resolved.map(({ row }) => (
                  <option key={row.evaluationId} value={row.evaluationId}>
                    {row.method}
                  </option>
                ))}
              </select>
              <span>against</span>
              <select
                aria-label="Compared with"
                value={other?.row.evaluationId ?? ''}
                onChange={(event) =>
                  setWanted({ own: own.row.evaluationId, other: event.currentTarget.value })
                }
              >
                {other === null ? <option value="">nobody with the same boxes</option> : null}
                {resolved
                  .filter((item) => item !== own && hasSameBoxes(item.resolution, own.resolution))
                  .map(({ row }) => (
                    <option key={row.evaluationId} value={row.evaluationId}>
                      {row.method}
                    </option>
                  ))}
              </select>
            </div>
          )
        }
      />
      {absent.length === 0 ? null : (
        <p className="muted small">
          Without boxes, since an earlier version scored them: {absent.map((row) => row.method).join(', ')}.
        </p>
      )}
      <FigureLinks
        svgHref={svgHref({ boxes: own.row.evaluationId, against: other?.row.evaluationId ?? '' })}
        title="Effective resolution by box"
      />
    </section>
  );
}
