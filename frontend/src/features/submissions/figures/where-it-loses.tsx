'use client';

import type { BoxStatistics, ResolutionByBox, Scores, ZonalSpectraView } from '@sillage/contracts';
import { useMemo, useState, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { boxText, hasSameBoxes } from '../../../charts/boxes/box-resolutions';
import boxScores from '../../../charts/boxes/box-scores.module.css';
import { ResolutionBoxes } from '../../../charts/boxes/resolution-boxes';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatFixed, formatLatitude, formatLongitude, formatSigned } from '../../../lib/format-number';
import { dateOfDays, formatDay, formatShortDay } from '../../../lib/format-time';
import { withQuery } from '@sillage/client';
import {
  bandComparisons,
  boxComparisons,
  dayComparisons,
  isSameLayout,
  worstOf,
  type BandComparison,
  type BoxComparison,
  type Comparison,
} from './box-losses';
import type { MapEntry } from '../maps/map-controls';
import { DEFAULT_VIEW, mapViewQuery, type MapView } from '../maps/map-view';
import { useLoaded } from '../use-loaded';
import styles from './where-it-loses.module.css';

type Props = {
  boxes: BoxStatistics;
  spectra: ZonalSpectraView | null;
  /** Null where this evaluation has none. */
  resolution: ResolutionByBox | null;
  scores: Scores;
  /** Compared with a withheld track: its points, not those of a grid, lie in the boxes. */
  isAlongTrack: boolean;
  entries: readonly MapEntry[];
  /** The entry that it is compared with at first; null: none. */
  initialOther: string | null;
  hasMaps: boolean;
  onView: (change: Partial<MapView>) => void;
};

/** A day with fewer points has no score under the along-track protocols. */
const LEAST_TRACK_POINTS = 10;

const loadBoxes = (evaluation: string, signal: AbortSignal) => browserGateway.boxes(evaluation, signal);
const loadResolution = (evaluation: string, signal: AbortSignal) =>
  browserGateway.resolution(evaluation, signal);
const loadSpectra = (evaluation: string, signal: AbortSignal) => browserGateway.spectra(evaluation, signal);

/** The boxes, days and wavelengths where an entry loses most against another. */
export function WhereItLoses(props: Props) {
  const { boxes, spectra, resolution, scores, isAlongTrack } = props;
  const { entries, initialOther, hasMaps, onView } = props;
  const [otherId, setOtherId] = useState(initialOther ?? '');
  const other = entries.find(({ evaluationId }) => evaluationId === otherId) ?? null;
  const otherBoxes = useLoaded(other?.evaluationId ?? null, loadBoxes);
  const otherSpectra = useLoaded(other?.evaluationId ?? null, loadSpectra);
  const otherResolution = useLoaded(
    resolution === null ? null : (other?.evaluationId ?? null),
    loadResolution,
  );
  const against =
    otherBoxes.state === 'loaded' && isSameLayout(boxes, otherBoxes.value) ? otherBoxes.value : null;
  const bandsAgainst = otherSpectra.state === 'loaded' ? otherSpectra.value : null;
  const parts = useMemo(() => boxComparisons(boxes, against), [boxes, against]);
  const days = useMemo(
    () => dayComparisons(boxes, against, isAlongTrack ? LEAST_TRACK_POINTS : 1),
    [boxes, against, isAlongTrack],
  );
  const bands = useMemo(
    () => (spectra === null ? [] : bandComparisons(spectra, bandsAgainst)),
    [spectra, bandsAgainst],
  );
  const name = against === null ? null : (other?.name ?? null);
  const resolutionAgainst =
    resolution !== null &&
    other !== null &&
    otherResolution.state === 'loaded' &&
    hasSameBoxes(resolution, otherResolution.value)
      ? { name: other.name, resolution: otherResolution.value }
      : null;

  return (
    <section className="panel" aria-labelledby="where-it-loses">
      <div className={boxScores.head}>
        <h2 id="where-it-loses">{name === null ? 'Where it is worst' : 'Where it loses'}</h2>
        {entries.length === 0 ? null : (
          <label className={styles.choice}>
            <span>against</span>
            <select value={otherId} onChange={(event) => setOtherId(event.currentTarget.value)}>
              <option value="">nobody</option>
              {entries.map(({ evaluationId, name: entryName }) => (
                <option key={evaluationId} value={evaluationId}>
                  {entryName}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {other !== null && against === null && otherBoxes.state !== 'waiting' ? (
        <p className="muted" role="status">
          {other.name} has no sums over these boxes: it was scored by an earlier version, or they could not be
          loaded.
        </p>
      ) : null}
      <div className={boxScores.columns}>
        <BoxTable boxes={boxes} parts={parts} otherName={name} />
        <div className={boxScores.lists}>
          <List
            title={`Boxes of ${boxes.sizeDeg}°`}
            empty="It loses in no box."
            items={worstOf(parts).map((part) => (
              <Item
                key={`${part.row}.${part.column}`}
                text={`${boxText(part)}`}
                part={part}
                otherName={name}
                link={
                  hasMaps
                    ? {
                        label: `worst on ${formatShortDay(dateOfDays(part.worstTimeDays))}`,
                        view: { timeDays: part.worstTimeDays, place: middleOf(part) },
                        onView,
                      }
                    : null
                }
              />
            ))}
          />
          <List
            title="Days"
            empty="It loses on no day."
            items={worstOf(days).map((part) => (
              <Item
                key={part.timeDays}
                text={hasMaps ? '' : formatDay(dateOfDays(part.timeDays))}
                part={part}
                otherName={name}
                link={
                  hasMaps
                    ? {
                        label: formatDay(dateOfDays(part.timeDays)),
                        view: { timeDays: part.timeDays, place: null },
                        onView,
                      }
                    : null
                }
              />
            ))}
          />
          {spectra === null ? null : (
            <List
              title="Wavelengths (1 − PSD of the error ÷ PSD of the truth)"
              empty="It loses at no wavelength."
              items={worstOf(bands).map((part) => (
                <Item key={part.longestDeg} text={bandText(part)} part={part} otherName={name} link={null} />
              ))}
            />
          )}
        </div>
      </div>
      {resolution === null ? (
        <p className={boxScores.legend}>
          No effective resolution by box: the area is smaller than a box of 5°, or an earlier version scored
          this entry; scoring it again adds it.
        </p>
      ) : (
        <>
          {other !== null && resolutionAgainst === null && otherResolution.state !== 'waiting' ? (
            <p className="muted" role="status">
              {other.name} has no effective resolution over these boxes: it was scored by an earlier version,
              or it could not be loaded.
            </p>
          ) : null}
          <div className={styles.resolution}>
            <ResolutionBoxes resolution={resolution} against={resolutionAgainst} scores={scores} />
          </div>
        </>
      )}
    </section>
  );
}

function bandText({ longestDeg, shortestDeg }: BandComparison): string {
  const [longest, shortest] = [formatFixed(longestDeg, 2), formatFixed(shortestDeg, 2)];
  return longest === shortest ? `${longest}°` : `${longest}° to ${shortest}°`;
}

function middleOf({ southDeg, northDeg, westDeg, eastDeg }: BoxComparison): MapView['place'] {
  return { latDeg: (southDeg + northDeg) / 2, lonDeg: (westDeg + eastDeg) / 2 };
}

function List({ title, empty, items }: { title: string; empty: string; items: ReactNode[] }) {
  return (
    <div>
      <h3 className={boxScores.listTitle}>{title}</h3>
      {items.length === 0 ? (
        <p className="muted small">{empty}</p>
      ) : (
        <ol className={boxScores.list}>{items}</ol>
      )}
    </div>
  );
}

type Link = {
  label: string;
  view: Pick<MapView, 'timeDays' | 'place'>;
  onView: (change: Partial<MapView>) => void;
};

function Item({
  text,
  part,
  otherName,
  link,
}: {
  text: string;
  part: Comparison;
  otherName: string | null;
  link: Link | null;
}) {
  const score =
    part.loss === null || part.other === null || otherName === null
      ? formatFixed(part.own, 3)
      : `${formatFixed(part.own, 3)} against ${formatFixed(part.other, 3)} (${formatSigned(-part.loss, 3)})`;
  return (
    <li>
      <span>{text}</span>
      {link === null ? null : <MapLink {...link} />}
      <span className={boxScores.score}>{score}</span>
    </li>
  );
}

/** Opens a day, and a place, in the maps of this page. */
function MapLink({ label, view, onView }: Link) {
  const { day, at } = mapViewQuery({ ...DEFAULT_VIEW, ...view });
  function open(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onView(view);
    document.getElementById('maps')?.scrollIntoView({ block: 'start' });
  }
  return (
    <a href={`${withQuery('', { day, at })}#maps`} onClick={open}>
      {label}
    </a>
  );
}

type BoxTableProps = { boxes: BoxStatistics; parts: readonly BoxComparison[]; otherName: string | null };

const MAX_TINT_PERCENT = 48; // of a colour on the surface: the numbers on it stay readable
const MANY_COLUMNS = 8;

/** RMSE score of every box, north at the top, tinted by what is gained or lost. */
function BoxTable({ boxes, parts, otherName }: BoxTableProps) {
  const largest = Math.max(...parts.map(({ loss, own }) => Math.abs(loss ?? 1 - own)), 1e-9);
  const rows = Array.from({ length: boxes.rowCount }, (_, index) => boxes.rowCount - 1 - index);
  const columns = Array.from({ length: boxes.columnCount }, (_, column) => column);
  const edge = (value: number) => (Number.isInteger(value) ? 0 : 1);
  const isDense = boxes.columnCount > MANY_COLUMNS;
  return (
    <div>
      <div className={boxScores.box} tabIndex={0} role="region" aria-label="RMSE score by box">
        <table className={boxScores.table} data-dense={isDense}>
          <caption className="visually-hidden">
            RMSE score in boxes of {boxes.sizeDeg} degrees
            {otherName === null ? '' : `, and the difference from ${otherName}`}
          </caption>
          <thead>
            <tr>
              <td />
              {columns.map((column) => {
                const west = boxes.westDeg + column * boxes.sizeDeg;
                return (
                  <th key={column} scope="col">
                    {formatLongitude(west, edge(west))}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const south = boxes.southDeg + row * boxes.sizeDeg;
              return (
                <tr key={row}>
                  <th scope="row">{formatLatitude(south, edge(south))}</th>
                  {columns.map((column) => {
                    const part = parts.find((item) => item.row === row && item.column === column);
                    return part === undefined ? (
                      <td key={column} className={boxScores.land} aria-label="not scored" />
                    ) : (
                      <td key={column} style={tintOf(part, largest)} title={boxText(part)}>
                        {formatFixed(part.own, 2)}
                        {part.loss === null ? null : <small>{formatSigned(-part.loss, 2)}</small>}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className={boxScores.legend}>
        RMSE score of each box over all days, by its south-western corner
        {otherName === null
          ? '; the stronger the colour, the lower.'
          : `; below it the difference from ${otherName}: blue gains, orange loses.`}
      </p>
    </div>
  );
}

function tintOf({ loss, own }: BoxComparison, largest: number): CSSProperties {
  const size = Math.min(1, Math.abs(loss ?? 1 - own) / largest);
  const colour = loss !== null && loss < 0 ? 'var(--better)' : 'var(--worse)';
  return {
    background: `color-mix(in srgb, ${colour} ${Math.round(size * MAX_TINT_PERCENT)}%, var(--surface))`,
  };
}
