'use client';

import {
  METRICS_OF_PROTOCOL,
  type AlongTrackDiagnostics,
  type AlongTrackProtocol,
  type Diagnostics,
  type Scores,
} from '@sillage/contracts';
import Link from 'next/link';
import { AlongTrackChart } from '../../../charts/lines/along-track-chart';
import { alongTrackSentence } from '../../../charts/lines/along-track-chart.config';
import { MetricSymbol } from '../../../components/scores/metric-heading';
import valuesTable from '../../../components/tables/values-table.module.css';
import { countOf, formatCount, formatFixed, formatMetricWithUnit } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import styles from './evaluation-figures.module.css';

type Props = { diagnostics: Diagnostics | null; scores: Scores; protocol: AlongTrackProtocol };

const VARIANT_TEXTS: Record<AlongTrackProtocol, string> = {
  'ose-2021a': 'As the code of the 2021a challenge computes it, quirks included.',
  'ose-along-track': 'The same scores without the quirks.',
};

/** What a withheld altimeter says of a map: both variants of the scores, and the spectra along its track. */
export function AlongTrackFigures({ diagnostics, scores, protocol }: Props) {
  const alongTrack = diagnostics?.alongTrack ?? null;
  if (alongTrack === null) {
    return (
      <section className="panel" aria-label="Along the withheld track">
        <p className="muted">
          {diagnostics === null ? 'Loading the curves…' : 'There are no curves along the track.'}
        </p>
      </section>
    );
  }
  return (
    <>
      <Variants alongTrack={alongTrack} protocol={protocol} />
      <Spectra alongTrack={alongTrack} lambdaXKm={scores.lambdaXKm} />
    </>
  );
}

type VariantsProps = { alongTrack: AlongTrackDiagnostics; protocol: AlongTrackProtocol };

function Variants({ alongTrack, protocol }: VariantsProps) {
  const metrics = METRICS_OF_PROTOCOL[protocol];
  return (
    <section className="panel" aria-labelledby="variants">
      <div className={styles.head}>
        <h2 id="variants">Both ways to score it</h2>
      </div>
      <p className={styles.legend}>
        {countOf(alongTrack.pointCount, 'point', 'points')} of the withheld track on{' '}
        {countOf(alongTrack.dayCount, 'day', 'days')}
      </p>
      <table className={styles.variants}>
        <caption className="visually-hidden">Scores of the same maps by each along-track protocol</caption>
        <thead>
          <tr>
            <th scope="col">Protocol</th>
            {metrics.map((metric) => (
              <th key={metric} scope="col">
                <MetricSymbol metric={metric} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {alongTrack.variants.map((variant) => (
            <tr key={variant.protocol}>
              <th scope="row">
                <Link href={`${paths.aboutScores}#${variant.protocol}`} prefetch={false}>
                  {variant.protocol}
                </Link>
                <span className={styles.about}>
                  {variant.protocol in VARIANT_TEXTS
                    ? VARIANT_TEXTS[variant.protocol as AlongTrackProtocol]
                    : ''}
                  {variant.protocol === protocol ? ' It makes the rank.' : ''}
                </span>
              </th>
              <td>{formatMetricWithUnit('mu', variant.mu)}</td>
              <td>{formatMetricWithUnit('sigma', variant.sigma)}</td>
              <td>
                {variant.lambdaXKm === null ? (
                  <i className="muted">unresolved</i>
                ) : (
                  formatMetricWithUnit('lambdaXKm', variant.lambdaXKm)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Spectra({ alongTrack, lambdaXKm }: { alongTrack: AlongTrackDiagnostics; lambdaXKm: number | null }) {
  const { spectrum } = alongTrack;
  return (
    <section className="panel" aria-labelledby="along-track">
      <div className={styles.head}>
        <h2 id="along-track">What is resolved along the track</h2>
      </div>
      {spectrum === null ? (
        <p className="muted">
          The withheld track has no unbroken piece of {formatCount(alongTrack.segmentLengthKm)} km here, so
          there is no spectrum.
        </p>
      ) : (
        <>
          <div className={styles.pair}>
            <div>
              <p className={styles.legend}>
                <span className={styles.track}>withheld track</span>
                <span className={styles.error}>error</span>
              </p>
              <AlongTrackChart
                kind="psd"
                spectrum={spectrum}
                diagnostics={alongTrack}
                lambdaXKm={lambdaXKm}
              />
            </div>
            <div>
              <p className={styles.legend}>PSD score: 1 − error ÷ track; the line is 0.5</p>
              <AlongTrackChart
                kind="score"
                spectrum={spectrum}
                diagnostics={alongTrack}
                lambdaXKm={lambdaXKm}
              />
            </div>
          </div>
          <p className={styles.sentence}>{alongTrackSentence(lambdaXKm, alongTrack)}</p>
          <details className={valuesTable.details}>
            <summary>The values as a table</summary>
            <div className={valuesTable.box} tabIndex={0} role="region" aria-label="Spectra along the track">
              <table>
                <caption className="visually-hidden">
                  Power spectral densities, m² per cycle/km, and PSD score by wavelength
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Wavelength (km)</th>
                    <th scope="col">PSD of the track</th>
                    <th scope="col">PSD of the error</th>
                    <th scope="col">PSD score</th>
                  </tr>
                </thead>
                <tbody>
                  {spectrum.wavelengthKm.map((wavelengthKm, index) => (
                    <tr key={wavelengthKm}>
                      <th scope="row">{formatFixed(wavelengthKm, 1)}</th>
                      <td>{scientific(spectrum.track[index])}</td>
                      <td>{scientific(spectrum.error[index])}</td>
                      <td>{scoreOf(spectrum.score[index])}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </section>
  );
}

function scientific(value: number | undefined): string {
  return value === undefined ? '–' : value.toExponential(2).replace('-', '\u2212');
}

function scoreOf(value: number | null | undefined): string {
  return value === undefined || value === null ? '–' : formatFixed(value, 3);
}
