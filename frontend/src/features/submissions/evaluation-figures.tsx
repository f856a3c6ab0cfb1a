'use client';

import {
  isAlongTrackProtocol,
  type Diagnostics,
  type EvaluationView,
  type LeaderboardRow,
  type Scores,
} from '@sillage/contracts';
import { useCallback, useMemo, useState } from 'react';
import {
  nearestDay,
  QUANTITY_TEXTS,
  rmseOverTimeSentence,
  type DailySeries,
  type Quantity,
} from '../../charts/rmse-over-time-chart.config';
import { RmseOverTimeChart } from '../../charts/rmse-over-time-chart';
import { psdScoreSentence } from '../../charts/psd-score-panel.config';
import { PsdScorePanel } from '../../charts/psd-score-panel';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formatFixed } from '../../lib/format-number';
import { dateOfDays, formatDay } from '../../lib/format-time';
import styles from './evaluation-figures.module.css';
import { hasDiagnostics, hasMaps } from './evaluation-texts';
import { AlongTrackFigures } from './along-track-figures';
import { LAYER_ORDER, MapViewer } from './map-viewer';
import { useLoaded, type Loaded } from './use-loaded';

type Props = {
  evaluation: EvaluationView;
  scores: Scores;
  /** The curves of this evaluation. */
  own: Loaded<Diagnostics>;
  methodName: string;
  /** The board's reference, whose curve is drawn beside; `null` where there is none or this is it. */
  reference: LeaderboardRow | null;
  /** Width over height of the maps, known before they are loaded. */
  mapAspect: number;
};

export const loadDiagnostics = (evaluation: string, signal: AbortSignal) =>
  browserGateway.diagnostics(evaluation, signal);

/** The figures of one evaluation. A day chosen in the curve is the day of the maps, and the other way round. */
export function EvaluationFigures({ evaluation, scores, own, methodName, reference, mapAspect }: Props) {
  const other = useLoaded(reference?.evaluationId ?? null, loadDiagnostics);
  const [timeDays, setTimeDays] = useState<number | null>(null);
  const ownDays = own.state === 'loaded' ? own.value.daily.timeDays : null;
  const shownTimeDays = timeDays ?? ownDays?.[0] ?? null;
  const selectedDay = shownTimeDays === null || ownDays === null ? null : nearestDay(ownDays, shownTimeDays);
  const selectDay = useCallback((day: number) => setTimeDays(ownDays?.[day] ?? null), [ownDays]);
  const isAlongTrack = isAlongTrackProtocol(evaluation.protocol);

  const series = useMemo<DailySeries[]>(() => {
    if (own.state !== 'loaded') return [];
    const mine: DailySeries = { label: methodName, role: 'submission', daily: own.value.daily };
    if (other.state !== 'loaded' || reference === null) return [mine];
    return [mine, { label: reference.method, role: 'reference', daily: other.value.daily }];
  }, [own, other, reference, methodName]);

  if (!hasDiagnostics(evaluation)) {
    return <p className="muted">Curves and maps are being made, or are withheld at this disclosure level.</p>;
  }
  if (own.state === 'failed') {
    return (
      <p className="muted">
        The curves could not be loaded. Reload the page to try again; the scores above stand.
      </p>
    );
  }
  return (
    <div className={styles.figures}>
      <RmseFigure
        series={series}
        selectedDay={hasMaps(evaluation) ? selectedDay : null}
        onSelectDay={selectDay}
      />
      {isAlongTrackProtocol(evaluation.protocol) ? (
        <AlongTrackFigures
          diagnostics={own.state === 'loaded' ? own.value : null}
          scores={scores}
          protocol={evaluation.protocol}
        />
      ) : (
        <PsdFigure diagnostics={own.state === 'loaded' ? own.value : null} scores={scores} />
      )}
      {hasMaps(evaluation) ? (
        <MapViewer
          evaluationId={evaluation.id}
          rmseM={scores.rmseM}
          timeDays={shownTimeDays}
          onTime={setTimeDays}
          aspect={mapAspect}
          expected={isAlongTrack ? ['reconstruction'] : LAYER_ORDER}
        />
      ) : null}
    </div>
  );
}

type RmseFigureProps = {
  series: DailySeries[];
  selectedDay: number | null;
  onSelectDay: (day: number) => void;
};

function RmseFigure({ series, selectedDay, onSelectDay }: RmseFigureProps) {
  const [quantity, setQuantity] = useState<Quantity>('score');
  const own = series[0];
  const reference = series[1];
  return (
    <section className="panel" aria-labelledby="rmse-over-time">
      <div className={styles.head}>
        <h2 id="rmse-over-time">Error over time</h2>
        <div role="group" aria-label="Quantity" className={styles.toggle}>
          {(['score', 'rmse'] as const).map((item) => (
            <button
              key={item}
              type="button"
              aria-pressed={quantity === item}
              onClick={() => setQuantity(item)}
            >
              {QUANTITY_TEXTS[item].name}
            </button>
          ))}
        </div>
      </div>
      <p className={styles.legend}>
        {series.map((item) => (
          <span key={item.role} className={styles[item.role]}>
            {item.label}
          </span>
        ))}
        &nbsp;
      </p>
      <RmseOverTimeChart
        series={series}
        quantity={quantity}
        selectedDay={selectedDay}
        onSelectDay={onSelectDay}
      />
      <p className={styles.sentence}>
        {own === undefined ? 'Loading the curve…' : rmseOverTimeSentence(own.daily, quantity)}
      </p>
      {own === undefined ? null : (
        <details className={styles.details}>
          <summary>The values as a table</summary>
          <div className={styles.tableBox} tabIndex={0} role="region" aria-label="Daily values">
            <table>
              <caption className="visually-hidden">RMSE score and RMSE of each day</caption>
              <thead>
                <tr>
                  <th scope="col">Day</th>
                  <th scope="col">RMSE score</th>
                  <th scope="col">RMSE (cm)</th>
                  {reference === undefined ? null : <th scope="col">RMSE score of {reference.label}</th>}
                </tr>
              </thead>
              <tbody>
                {own.daily.timeDays.map((timeDays, day) => (
                  <tr key={timeDays}>
                    <th scope="row">{formatDay(dateOfDays(timeDays))}</th>
                    <td>{formatFixed(own.daily.rmseScore[day] ?? Number.NaN, 4)}</td>
                    <td>{formatFixed((own.daily.rmseM[day] ?? Number.NaN) * 100, 2)}</td>
                    {reference === undefined ? null : (
                      <td>{formatFixed(reference.daily.rmseScore[day] ?? Number.NaN, 4)}</td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

function PsdFigure({ diagnostics, scores }: { diagnostics: Diagnostics | null; scores: Scores }) {
  const psd = diagnostics?.psdScore ?? null;
  return (
    <section className="panel" aria-labelledby="psd-score">
      <div className={styles.head}>
        <h2 id="psd-score">What is resolved</h2>
      </div>
      <p className={styles.legend}>PSD score by zonal wavelength and period</p>
      {diagnostics !== null && psd === null ? (
        <p className="muted">
          This protocol has no spectrum here: no latitude row of the reference is complete.
        </p>
      ) : psd === null ? (
        <div style={{ height: 338 }} />
      ) : (
        <PsdScorePanel psd={psd} scores={scores} />
      )}
      <p className={styles.sentence}>{psdScoreSentence(scores)}</p>
    </section>
  );
}
