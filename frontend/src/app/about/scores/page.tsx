import {
  SCORE_TABLE,
  ERROR_KEYS,
  PHYSICS_COLUMNS,
  scoreDefinition,
  UNRESOLVED_REASONS,
  UNRESOLVED_TEXTS,
  type Metric,
  type ScoreKey,
} from '@sillage/contracts';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { metricDirection, MetricSymbol } from '../../../components/scores/metric-heading';
import styles from '../../../features/about/about.module.css';
import { Formula } from '../../../features/about/formula';
import { DAILY_FORMULA, MU_FORMULA, PSD_FORMULA, SIGMA_FORMULA } from '../../../features/about/formulas';
import { paths } from '../../../lib/paths';

export const metadata: Metadata = {
  title: 'Scores',
  description: 'How µ(RMSE), σ(RMSE) and the effective resolutions λx and λt are defined and computed.',
};

export default function ScoresPage() {
  return (
    <article className={`page-narrow ${styles.prose}`}>
      <h1>Scores</h1>
      <p className="lede">
        Up to four numbers stand on a board, in the order the community reads them. µ and σ say how large the
        error is, λx and λt how fine the structures are that a map still gets right.
      </p>
      <nav aria-label="On this page" className={styles.contents}>
        <a href="#mu">µ(RMSE)</a>
        <a href="#sigma">σ(RMSE)</a>
        <a href="#lambdaXDeg">λx</a>
        <a href="#lambdaTDays">λt</a>
        <a href="#along-track">Along a track</a>
        <a href="#unresolved">Unresolved</a>
        <a href="#errors">Errors</a>
        <a href="#physics">Too smooth?</a>
        <a href="#significance">Doubt</a>
        <a href="#conventions">Conventions</a>
        <a href="#literature">Literature</a>
        <a href="#osse-2020a">osse-2020a</a>
        <a href="#osse-natl">osse-natl</a>
        <a href="#ose-2021a">ose-2021a</a>
        <a href="#ose-along-track">ose-along-track</a>
      </nav>
      <p>
        In all formulas <i>m</i> is the reconstruction and <i>r</i> the reference, both in metres on the grid
        and the days of the reference: <i>t</i> days, <i>y</i> latitudes, <i>x</i> longitudes.
      </p>

      <Definition metric="mu">
        <p>{SCORE_TABLE.mu.definition}</p>
        <Formula
          markup={MU_FORMULA}
          label="mu equals one minus the root mean square of m minus r over all times and places, divided by the root mean square of r"
        />
        <p>
          It is one global ratio, not the mean of the daily scores. The reference is not centred: its mean
          counts, so a challenge with a strong mean front gives higher values than one without.
        </p>
      </Definition>

      <Definition metric="sigma">
        <p>{SCORE_TABLE.sigma.definition}</p>
        <Formula
          markup={DAILY_FORMULA}
          label="the daily RMSE score at t equals one minus the root mean square of m minus r over places, divided by the root mean square of r"
        />
        <Formula
          markup={SIGMA_FORMULA}
          label="sigma equals the population standard deviation over t of the daily RMSE score"
        />
      </Definition>

      <Definition metric="lambdaXDeg">
        <p>{SCORE_TABLE.lambdaXDeg.definition}</p>
        <p>Both resolutions are read off one array, the PSD score of frequency and zonal wavenumber:</p>
        <Formula
          markup={PSD_FORMULA}
          label="the PSD score S of frequency and wavenumber equals one minus the mean over latitudes of the power spectral density of m minus r, divided by the mean over latitudes of the power spectral density of r"
        />
        <ul>
          <li>
            Each latitude row is a field of time and longitude. Its mean is removed, and a periodic Hann
            window is laid over both axes.
          </li>
          <li>
            Only positive frequencies with positive wavenumbers count, without the zero and the Nyquist
            frequency.
          </li>
          <li>
            The score is drawn over wavelength in degrees of longitude and period in days, with straight lines
            between its samples. The first contour at 0.5 is followed; λ<sub>x</sub> is the shortest
            wavelength on it.
          </li>
          <li>Degrees of longitude are not kilometres: one degree is 111 km × cos(latitude).</li>
        </ul>
      </Definition>

      <Definition metric="lambdaTDays">
        <p>{SCORE_TABLE.lambdaTDays.definition}</p>
        <p>
          It is read off the same contour as λ<sub>x</sub>. The two minima are usually not at the same point
          of it.
        </p>
      </Definition>

      <section id="along-track" className={`${styles.definition} ${styles.prose}`}>
        <h2>Along a withheld track</h2>
        <p>
          Where the ocean is real, nobody has a complete truth. There the reference is the track of an
          altimeter that no method may use, and the reconstruction is interpolated to its points. µ and σ are
          then statistics of days, and λ<sub>x</sub> is a distance along the track; there is no λ<sub>t</sub>.
          Numbers of both kinds cannot be compared.
        </p>
        <ul>
          <li>
            <strong>µ(RMSE).</strong> {scoreDefinition('mu', 'ose-along-track')}
          </li>
          <li>
            <strong>σ(RMSE).</strong> {scoreDefinition('sigma', 'ose-along-track')}
          </li>
          <li id="lambdaXKm">
            <strong>
              λ<sub>x</sub> (km).
            </strong>{' '}
            {SCORE_TABLE.lambdaXKm.definition} The track is cut at gaps of more than 4 s into overlapping
            segments of about 1000 km; the spectra of their error and of the track itself are averages over
            all segments.
          </li>
        </ul>
      </section>

      <section id="unresolved" className={`${styles.definition} ${styles.prose}`}>
        <h2>When there is no resolution</h2>
        <p>
          Sometimes the first contour does not exist. The board then says why instead of showing a number.
          Such a row is neither best nor worst: it stands last in both sorting directions.
        </p>
        <ul>
          {UNRESOLVED_REASONS.map((reason) => (
            <li key={reason}>{UNRESOLVED_TEXTS[reason]}</li>
          ))}
        </ul>
      </section>

      <section id="grid-limit" className={`${styles.definition} ${styles.prose}`}>
        <h2>At the limit of the grid</h2>
        <p>
          Where the contour runs into the edge of the spectrum, the shortest wavelength or period that the
          grid and the days allow, the resolution is only known to be this fine or finer. It is then written
          with ≤.
        </p>
      </section>

      <section id="errors" className={`${styles.definition} ${styles.prose}`}>
        <h2>How large is the error?</h2>
        <p>These stand beside the metrics, in files and where a board shows all columns. They do not rank.</p>
        <ScoreList keys={ERROR_KEYS} />
      </section>

      <section id="physics" className={`${styles.definition} ${styles.prose}`}>
        <h2>Is it too smooth?</h2>
        <p>
          A blurred map can win by RMSE: it misses nothing that it never drew. The physics columns of a board
          show it. They do not rank.
        </p>
        <ScoreList keys={PHYSICS_COLUMNS} />
        <p>
          Under each value a mark shows which side of the truth it lies on: left of the middle is smoother,
          right of it rougher; the ends are half and twice the truth, or a slope that is steeper or flatter by
          2.
        </p>
      </section>

      <section id="significance" className={`${styles.definition} ${styles.prose}`}>
        <h2>Ranks with doubt</h2>
        <p>
          Some weeks are easy and some are hard, for all methods alike. So methods are compared day by day,
          and blocks of days are drawn again and again (a paired bootstrap): two methods are told apart where
          the 95 % interval of the difference of their µ does not hold 0. Methods that cannot be told apart
          share a rank, and beside it stand the ranks that a method may have.
        </p>
      </section>

      <section id="conventions" className={`${styles.definition} ${styles.prose}`}>
        <h2>Conventions</h2>
        <ul>
          <li>
            <strong>Missing values.</strong> Where the reference has none, nothing is scored. Where a
            reconstruction has none but the reference does, the file is rejected with the count and the place;
            it is never filled.
          </li>
          <li>
            <strong>Grids.</strong> A reconstruction on another regular grid is interpolated to the
            reference’s: bilinear in space, linear in time.
          </li>
          <li>
            <strong>Ranks.</strong> By µ(RMSE); values that are equal to six decimals share a rank, since that
            is how far the definition is reproduced. References are ranked like everybody else.
          </li>
          <li>
            <strong>Zero line.</strong> Differences are taken to a row you choose, at first to optimal
            interpolation. ▲ always means better and ▼ worse, whatever the sign.
          </li>
          <li>
            <strong>Versions.</strong> A score is tied to the submission, the task, the dataset version, the
            protocol and the version of the evaluator. A protocol never changes once scores exist; a change is
            a new protocol.
          </li>
        </ul>
      </section>

      <section id="literature" className={`${styles.definition} ${styles.prose}`}>
        <h2>From the literature</h2>
        <p>
          Below some boards stand scores that others have published, as they were printed. They were computed
          on another grid, over another period or by another version of the code, so they have no rank, no
          difference to the zero line, and a file of their own.
        </p>
      </section>

      <section id="osse-2020a" className={`${styles.definition} ${styles.prose}`}>
        <h2>Protocol osse-2020a</h2>
        <p>
          The scores of the ocean data challenge{' '}
          <a href="https://github.com/ocean-data-challenges/2020a_SSH_mapping_NATL60">
            2020a SSH mapping NATL60
          </a>
          , as its Python code computes them at its last version: constant detrending, periodic Hann window,
          first contour line. A latitude row with a missing value has no spectrum and drops out of the mean.
        </p>
      </section>

      <section id="osse-natl" className={`${styles.definition} ${styles.prose}`}>
        <h2>Protocol osse-natl</h2>
        <p>
          On the whole North Atlantic every latitude row meets a coast, so the spectrum of osse-2020a does not
          exist there; here both fields are 0 m wherever the reference has no value, before the row mean is
          removed, and every row counts. These zeros are a signal that both fields share, which lifts the PSD
          score: λ of a basin with coasts is not comparable with λ of the open ocean.
        </p>
        <p>
          µ and σ are those of osse-2020a, and without land so is everything. How much the rule moves λ is
          measured in the score card, <code>docs/scores/osse-natl.md</code> in the source of Sillage.
        </p>
      </section>

      <section id="ose-2021a" className={`${styles.definition} ${styles.prose}`}>
        <h2>Protocol ose-2021a</h2>
        <p>
          The scores of the ocean data challenge{' '}
          <a href="https://github.com/ocean-data-challenges/2021a_SSH_mapping_OSE">2021a SSH mapping OSE</a>{' '}
          as its Python code computes them, quirks included: a piece of track begins with the sample before
          its gap, the piece after the last gap is never used, and λ<sub>x</sub> is cut to a whole number of
          kilometres.
        </p>
      </section>

      <section id="ose-along-track" className={`${styles.definition} ${styles.prose}`}>
        <h2>Protocol ose-along-track</h2>
        <p>
          The same without these quirks: pieces of track are whole, every one of them counts, and λ
          <sub>x</sub> is where the PSD score first falls through 0.5 on the way to shorter waves, not
          rounded. µ and σ are those of ose-2021a. A submission shows its scores by both protocols.
        </p>
      </section>

      <p className="small muted">
        Next: <Link href={paths.aboutSubmit}>how to submit</Link>, or{' '}
        <Link href={paths.challenges}>the challenges</Link>.
      </p>
    </article>
  );
}

function ScoreList({ keys }: { keys: readonly ScoreKey[] }) {
  return (
    <ul>
      {keys.map((key) => {
        const { label, unit, definition } = SCORE_TABLE[key];
        return (
          <li key={key} id={key}>
            <strong>
              {label.charAt(0).toUpperCase() + label.slice(1)}
              {unit === '' ? '' : ` (${unit})`}.
            </strong>{' '}
            {definition}
          </li>
        );
      })}
    </ul>
  );
}

function Definition({ metric, children }: { metric: Metric; children: ReactNode }) {
  const { label } = SCORE_TABLE[metric];
  return (
    <section id={metric} className={`${styles.definition} ${styles.prose}`}>
      <h2>
        <MetricSymbol metric={metric} />
        <span>{label}</span>
        <span className={styles.direction}>{metricDirection(metric)}</span>
      </h2>
      {children}
    </section>
  );
}
