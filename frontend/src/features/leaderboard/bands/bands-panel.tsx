'use client';

import type { BoardBands, Leaderboard } from '@sillage/contracts';
import Link from 'next/link';
import { useCallback } from 'react';
import { methodColour, methodSlots } from '../../../charts/method-colours';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { countOf, formatFixed } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { taskKey } from '../../../lib/tasks';
import { bandText, countWinners, rankByBand, selectBands, type BandRange } from './bands-view';
import { BandSlider } from './band-slider';
import { BoardDataNotice } from '../board/board-data-notice';
import { boardParameters, type BoardQuery } from '../board-view';
import styles from './bands-panel.module.css';
import type { BoardChallenge } from '../choose-board';
import { ExportPanel } from '../export/export-panel';
import { matchesFacets } from '../facets';
import { methodKey } from '../method-identity';
import { useBoardData } from '../use-board-data';
import { WinnerMap } from './winner-map';

type Props = { challenge: BoardChallenge; board: Leaderboard; query: BoardQuery };
type Axes = NonNullable<BoardBands['axes']>;

/** The board by scale: its methods ranked by their PSD score in a band, and who leads at which wavelength and period. */
export function BandsPanel({ challenge: boards, board, query }: Props) {
  const { challenge, area, scenario, datasetVersion: version } = board;
  const load = useCallback(
    () => browserGateway.boardBands(challenge, { area, scenario, version }),
    [challenge, area, scenario, version],
  );
  const key =
    board.rows.length === 0 ? null : `${taskKey(board)} ${board.rows.map((row) => row.evaluationId).join()}`;
  const data = useBoardData(key, load);
  if (board.rows.length === 0) return <p className="muted">Nobody stands on this board yet.</p>;
  if (data.state !== 'here') return <BoardDataNotice state={data.state} what="PSD scores by band" />;
  const { axes } = data.value;
  if (axes === null)
    return (
      <p className="muted">
        No method of this board has a spectrum by bands: it was scored before they were kept, or no row of the
        truth is complete.
      </p>
    );
  return <Bands challenge={boards} board={board} query={query} bands={data.value} axes={axes} />;
}

function Bands({ challenge, board, query, bands, axes }: Props & { bands: BoardBands; axes: Axes }) {
  const selection = selectBands(axes, query.band, query.period);
  const rows = board.rows.filter((row) => matchesFacets(row, query.facets));
  const ranked = rankByBand(rows, bands, selection);
  const slots = methodSlots(board.rows.map((row) => ({ key: methodKey(row), name: row.method })));
  const here = { area: board.area, scenario: board.scenario };
  const go = (next: Partial<BoardQuery>) =>
    window.history.replaceState(
      null,
      '',
      paths.leaderboard(board.challenge, { ...here, ...boardParameters({ ...query, ...next }) }),
    );
  const { leaders, nobody } = countWinners(bands);
  const nameOf = (evaluationId: string) =>
    board.rows.find((row) => row.evaluationId === evaluationId)?.method ?? 'another entry';
  const unit = axes.wavelengthUnit === 'km' ? 'km' : '°';
  const lead = [
    ...leaders.map(({ evaluationId, bandCount }) => `${nameOf(evaluationId)} leads in ${bandCount}`),
    ...(nobody === 0 ? [] : [`in ${nobody} nobody is better than a flat map`]),
  ].join(', ');

  return (
    <div className={styles.bands}>
      <section className={`panel ${styles.controls}`} aria-label="Band">
        <BandSlider
          label="Wavelengths"
          edges={axes.wavelengthEdges}
          selected={selection.wavelength}
          format={(edge) => (unit === 'km' ? `${formatFixed(edge, 0)} km` : `${formatFixed(edge, 2)}°`)}
          onSelect={(range) => go({ band: edgesOf(axes.wavelengthEdges, range) })}
        />
        {axes.periodEdgesDays === null ? null : (
          <BandSlider
            label="Periods"
            edges={axes.periodEdgesDays}
            selected={selection.period}
            format={(edge) => `${formatFixed(edge, 1)} days`}
            onSelect={(range) => go({ period: edgesOf(axes.periodEdgesDays ?? [], range) })}
          />
        )}
      </section>
      <div className={styles.columns}>
        <div className={styles.scroller} role="region" aria-label="Methods by band" tabIndex={0}>
          <table className={styles.table}>
            <caption>PSD score over {bandText(axes, selection)}</caption>
            <thead>
              <tr>
                <th scope="col">#</th>
                <th scope="col">Method</th>
                <th scope="col" className={styles.score}>
                  PSD score
                </th>
              </tr>
            </thead>
            <tbody>
              {ranked.map(({ row, score, place }) => (
                <tr key={row.submissionId}>
                  <td className={styles.place}>{place ?? '–'}</td>
                  <th scope="row">
                    <i
                      className={styles.swatch}
                      style={{ background: methodColour(slots.get(methodKey(row)) ?? 0) }}
                      aria-hidden="true"
                    />
                    <Link
                      href={paths.submission(row.submissionId, { task: taskKey(board) })}
                      prefetch={false}
                    >
                      {row.method}
                    </Link>
                  </th>
                  <td className={styles.score}>
                    {score === null ? (
                      <span className="muted">no spectrum</span>
                    ) : (
                      <>
                        {formatFixed(score, 3)}
                        <span className={styles.track} aria-hidden="true">
                          <i style={{ width: `${100 * Math.max(0, Math.min(1, score))}%` }} />
                        </span>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <figure className={styles.figure}>
          <figcaption>Who leads at which scale</figcaption>
          <WinnerMap
            bands={bands}
            axes={axes}
            selection={selection}
            lookOf={(evaluationId) => {
              const row = board.rows.find((item) => item.evaluationId === evaluationId);
              return {
                name: nameOf(evaluationId),
                slot: row === undefined ? 0 : (slots.get(methodKey(row)) ?? 0),
              };
            }}
            description={`Of ${countOf(bands.winners.flat().length, 'band', 'bands')}: ${lead}.`}
          />
          <p className={styles.sentence}>
            Of {countOf(bands.winners.flat().length, 'band', 'bands')} of wavelength
            {axes.periodEdgesDays === null ? '' : ' and period'}, {lead}.
          </p>
        </figure>
      </div>
      <p className={styles.note}>
        PSD score of a band: 1 − power of the error ÷ power of the truth, summed over its wavelengths and
        periods; 1 is perfect, 0 no better than a flat map. Dataset {bands.datasetVersion}.
      </p>
      <ExportPanel challenge={challenge} choice={here} query={query} />
    </div>
  );
}

function edgesOf(edges: readonly number[], [from, to]: readonly [number, number]): BandRange {
  return from === 0 && to === edges.length - 1 ? null : [edges[from]!, edges[to]!];
}
