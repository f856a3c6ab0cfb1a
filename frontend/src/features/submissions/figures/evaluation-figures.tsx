'use client';

import {
  isAlongTrackProtocol,
  type CoarseError,
  type Diagnostics,
  type EvaluationView,
  type Leaderboard,
  type LeaderboardRow,
  type Scores,
} from '@sillage/contracts';
import { useCallback, useMemo, useState } from 'react';
import { ObservationCoverageChart } from '../../../charts/lines/observation-coverage-chart';
import {
  observationCoverageSentence,
  shareText,
  type Coverage,
} from '../../../charts/lines/observation-coverage-chart.config';
import type { Coast } from '../../../charts/maps/ocean-map';
import {
  dayBounds,
  nearestDay,
  QUANTITY_TEXTS,
  rmseOverTimeSentence,
  type DailySeries,
  type Quantity,
} from '../../../charts/lines/rmse-over-time-chart.config';
import { RmseOverTimeChart } from '../../../charts/lines/rmse-over-time-chart';
import { psdScoreSentence } from '../../../charts/psd-score-panel.config';
import { PsdScorePanel } from '../../../charts/psd-score-panel';
import { ChoiceButtons } from '../../../components/forms/choice-buttons';
import { Notice } from '../../../components/notice';
import valuesTable from '../../../components/tables/values-table.module.css';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatFixed } from '../../../lib/format-number';
import { dateOfDays, formatDay } from '../../../lib/format-time';
import styles from './evaluation-figures.module.css';
import { hasArtefact, hasDiagnostics, hasMaps } from '../evaluation-texts';
import { AlongTrackFigures } from './along-track-figures';
import type { MapEntry } from '../maps/map-controls';
import { loadManifest, MapViewer } from '../maps/map-viewer';
import { useLoaded, type Loaded } from '../use-loaded';
import { useMapView } from '../maps/use-map-view';
import { WhereItLoses } from './where-it-loses';
import { ZonalSpectraFigure } from './zonal-spectra-figure';

type Props = {
  evaluation: EvaluationView;
  scores: Scores;
  /** The curves of this evaluation. */
  own: Loaded<Diagnostics>;
  methodName: string;
  /** The board's reference, whose curve is drawn beside; `null` where there is none or this is it. */
  reference: LeaderboardRow | null;
  /** The board of the task, whose entries can be compared with this one. */
  board: Leaderboard | null;
  /** Width over height of the maps, known before they are loaded. */
  mapAspect: number;
  coast: Coast;
};

export const loadDiagnostics = (evaluation: string, signal: AbortSignal) =>
  browserGateway.diagnostics(evaluation, signal);
const loadBoxes = (evaluation: string, signal: AbortSignal) => browserGateway.boxes(evaluation, signal);
const loadResolution = (evaluation: string, signal: AbortSignal) =>
  browserGateway.resolution(evaluation, signal);
const loadSpectra = (evaluation: string, signal: AbortSignal) => browserGateway.spectra(evaluation, signal);

/**
 * The figures of one evaluation. A day that is chosen in one of them is the day of all, and stands in the address; a day that is
 * pointed at in the curve is shown for as long as it is pointed at.
 */
export function EvaluationFigures(props: Props) {
  const { evaluation, scores, own, methodName, reference, board, mapAspect, coast } = props;
  const other = useLoaded(reference?.evaluationId ?? null, loadDiagnostics);
  const withMaps = hasMaps(evaluation);
  const manifest = useLoaded(withMaps ? evaluation.id : null, loadManifest);
  const boxes = useLoaded(hasArtefact(evaluation, 'boxes.json') ? evaluation.id : null, loadBoxes);
  const hasSpectra = hasArtefact(evaluation, 'spectra.json');
  const spectra = useLoaded(hasSpectra ? evaluation.id : null, loadSpectra);
  const hasResolution = hasArtefact(evaluation, 'resolution.json');
  const resolution = useLoaded(hasResolution ? evaluation.id : null, loadResolution);
  const otherSpectra = useLoaded(hasSpectra ? (reference?.evaluationId ?? null) : null, loadSpectra);
  const [view, changeView] = useMapView();
  const [pointedTimeDays, setPointedTimeDays] = useState<number | null>(null);
  const ownDays = own.state === 'loaded' ? own.value.daily.timeDays : null;
  const mapDays = manifest.state === 'loaded' ? manifest.value.timeDays : null;
  const shownTimeDays = pointedTimeDays ?? view.timeDays ?? mapDays?.[0] ?? ownDays?.[0] ?? null;
  const selectedDay = shownTimeDays === null || ownDays === null ? null : nearestDay(ownDays, shownTimeDays);
  const selectTime = useCallback(
    (timeDays: number) => {
      setPointedTimeDays(null);
      changeView({ timeDays });
    },
    [changeView],
  );
  const selectDay = useCallback(
    (day: number) => {
      const timeDays = ownDays?.[day];
      if (timeDays !== undefined) selectTime(timeDays);
    },
    [ownDays, selectTime],
  );
  const pointDay = useCallback(
    (day: number | null) => setPointedTimeDays(day === null ? null : (ownDays?.[day] ?? null)),
    [ownDays],
  );
  const entries = useMemo<MapEntry[]>(
    () =>
      (board?.rows ?? [])
        .filter((row) => row.evaluationId !== evaluation.id)
        .map((row) => ({
          evaluationId: row.evaluationId,
          name: row.kind === 'reference' ? row.method : `${row.method} (${row.author})`,
        })),
    [board, evaluation.id],
  );

  const series = useMemo<DailySeries[]>(() => {
    if (own.state !== 'loaded') return [];
    const mine: DailySeries = { label: methodName, role: 'submission', daily: own.value.daily };
    if (other.state !== 'loaded' || reference === null) return [mine];
    return [mine, { label: reference.method, role: 'reference', daily: other.value.daily }];
  }, [own, other, reference, methodName]);
  const coverage = useMemo<Coverage | null>(() => {
    if (manifest.state !== 'loaded' || manifest.value.observedShare === null) return null;
    return { timeDays: manifest.value.timeDays, share: manifest.value.observedShare };
  }, [manifest]);
  const besides = useMemo(
    () =>
      reference === null || otherSpectra.state !== 'loaded'
        ? null
        : { name: reference.method, spectra: otherSpectra.value },
    [reference, otherSpectra],
  );

  if (own.state === 'failed') {
    return (
      <p className="muted">
        The curves could not be loaded. Reload the page to try again; the scores above stand.
      </p>
    );
  }
  const diagnostics = own.state === 'loaded' ? own.value : null;
  const maps = withMaps ? (
    <MapViewer
      evaluationId={evaluation.id}
      methodName={methodName}
      manifest={manifest}
      entries={entries}
      hasTruth={hasArtefact(evaluation, 'reference.i16')}
      rmseM={hasDiagnostics(evaluation) ? scores.rmseM : null}
      view={view}
      shownTimeDays={shownTimeDays}
      onView={changeView}
      aspect={mapAspect}
      coast={coast}
    />
  ) : null;
  if (!hasDiagnostics(evaluation)) {
    return (
      <>
        {evaluation.coarseErrors === null ? (
          <p className="muted">
            Curves are being made, or are withheld at the disclosure level of this challenge, as are truth and
            error.
          </p>
        ) : (
          <CoarseErrors errors={evaluation.coarseErrors} />
        )}
        <LacksTruth evaluation={evaluation} />
        {maps}
      </>
    );
  }
  return (
    <div className={styles.figures}>
      <LacksTruth evaluation={evaluation} />
      <RmseFigure
        series={series}
        coverage={coverage}
        selectedDay={withMaps ? selectedDay : null}
        selectedTimeDays={shownTimeDays}
        onSelectDay={selectDay}
        onSelectTime={selectTime}
        onPointDay={pointDay}
      />
      {isAlongTrackProtocol(evaluation.protocol) ? (
        <AlongTrackFigures diagnostics={diagnostics} scores={scores} protocol={evaluation.protocol} />
      ) : (
        <PsdFigure diagnostics={diagnostics} scores={scores} />
      )}
      {maps}
      {boxes.state === 'loaded' &&
      (!hasSpectra || spectra.state !== 'waiting') &&
      (!hasResolution || resolution.state !== 'waiting') ? (
        <WhereItLoses
          boxes={boxes.value}
          spectra={spectra.state === 'loaded' ? spectra.value : null}
          resolution={resolution.state === 'loaded' ? resolution.value : null}
          scores={scores}
          isAlongTrack={isAlongTrackProtocol(evaluation.protocol)}
          entries={entries}
          initialOther={reference?.evaluationId ?? null}
          hasMaps={withMaps}
          onView={changeView}
        />
      ) : null}
      {hasArtefact(evaluation, 'boxes.json') ? null : (
        <p className="muted">
          No errors and no effective resolution by box: an earlier version scored this entry; scoring it again
          adds them.
        </p>
      )}
      {spectra.state === 'loaded' ? (
        <ZonalSpectraFigure spectra={spectra.value} methodName={methodName} reference={besides} />
      ) : null}
    </div>
  );
}

type RmseFigureProps = {
  series: DailySeries[];
  coverage: Coverage | null;
  selectedDay: number | null;
  selectedTimeDays: number | null;
  onSelectDay: (day: number) => void;
  onSelectTime: (timeDays: number) => void;
  onPointDay: (day: number | null) => void;
};

function RmseFigure(props: RmseFigureProps) {
  const { series, coverage, selectedDay, selectedTimeDays, onSelectDay, onSelectTime, onPointDay } = props;
  const [quantity, setQuantity] = useState<Quantity>('score');
  const bounds = useMemo(() => dayBounds(series[0]?.daily.timeDays ?? []), [series]);
  const shareOn = (timeDays: number): string => {
    const share = coverage?.share[coverage.timeDays.indexOf(timeDays)];
    return share === undefined ? '–' : shareText(share);
  };
  const own = series[0];
  const reference = series[1];
  return (
    <section className="panel" aria-labelledby="rmse-over-time">
      <div className={styles.head}>
        <h2 id="rmse-over-time">Error over time</h2>
        <ChoiceButtons
          label="Quantity"
          values={['score', 'rmse']}
          chosen={quantity}
          onChoose={setQuantity}
          text={(item) => QUANTITY_TEXTS[item].name}
        />
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
        onPointDay={onPointDay}
      />
      {coverage === null ? null : (
        <ObservationCoverageChart
          coverage={coverage}
          bounds={bounds}
          selectedTimeDays={selectedDay === null ? null : selectedTimeDays}
          onSelectTime={onSelectTime}
        />
      )}
      <p className={styles.sentence}>
        {own === undefined ? 'Loading the curve…' : rmseOverTimeSentence(own.daily, quantity)}{' '}
        {coverage === null ? '' : observationCoverageSentence(coverage)}
        {selectedDay === null ? '' : ' A day that is chosen here is shown in the maps.'}
      </p>
      {own === undefined ? null : (
        <details className={valuesTable.details}>
          <summary>The values as a table</summary>
          <div className={valuesTable.box} tabIndex={0} role="region" aria-label="Daily values">
            <table>
              <caption className="visually-hidden">RMSE score and RMSE of each day</caption>
              <thead>
                <tr>
                  <th scope="col">Day</th>
                  <th scope="col">RMSE score</th>
                  <th scope="col">RMSE (cm)</th>
                  {reference === undefined ? null : <th scope="col">RMSE score of {reference.label}</th>}
                  {coverage === null ? null : <th scope="col">Observed</th>}
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
                    {coverage === null ? null : <td>{shareOn(timeDays)}</td>}
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

/** The challenge has opened since: what was made before shows less than it may now. */
function CoarseErrors({ errors }: { errors: readonly CoarseError[] }) {
  return (
    <section className="panel" aria-labelledby="coarse-errors">
      <h2 id="coarse-errors">Error over time</h2>
      <p className={styles.sentence}>
        A public test tells the RMSE of five days each in coarse steps (…, 3.2, 4, 5, 6.3, …): the error of a
        day, its map and spectra would give the truth away.
      </p>
      <div className={valuesTable.box} tabIndex={0} role="region" aria-label="RMSE of five days each">
        <table>
          <thead>
            <tr>
              <th scope="col">Days</th>
              <th scope="col">RMSE (cm)</th>
            </tr>
          </thead>
          <tbody>
            {errors.map(({ firstDay, lastDay, rmseM }) => (
              <tr key={firstDay}>
                <th scope="row">
                  {firstDay} to {lastDay}
                </th>
                <td>{Number((rmseM * 100).toPrecision(2))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function LacksTruth({ evaluation }: { evaluation: EvaluationView }) {
  if (!evaluation.lacksTruth) return null;
  return (
    <Notice>
      <p>
        These maps and files were made while the truth was withheld, so they lack truth and error. An
        organiser can have them made again.
      </p>
    </Notice>
  );
}
