import type { BoardBands } from '@sillage/contracts';
import { methodColour, type MethodSlot } from '../../../charts/method-colours';
import { formatFixed } from '../../../lib/format-number';
import type { BandSelection } from './bands-view';
import styles from './winner-map.module.css';

type Props = {
  bands: BoardBands;
  axes: NonNullable<BoardBands['axes']>;
  selection: BandSelection;
  lookOf: (evaluationId: string) => { name: string; slot: MethodSlot };
  description: string;
};

const WIDTH = 520;
const MARGIN = { left: 52, right: 8, top: 6, bottom: 40 };
const ROW_HEIGHT = 26;
const SINGLE_ROW_HEIGHT = 56;
const TICKS = 6; // labels on an axis, at most

/** The best method in each band, by colour and by letter; long waves at the left, long periods at the bottom. */
export function WinnerMap({ bands, axes, selection, lookOf, description }: Props) {
  const { winners, entries } = bands;
  const columnCount = axes.wavelengthEdges.length - 1;
  const rowCount = winners.length;
  const cellWidth = (WIDTH - MARGIN.left - MARGIN.right) / columnCount;
  const cellHeight =
    axes.periodEdgesDays === null ? SINGLE_ROW_HEIGHT : Math.max(8, Math.min(ROW_HEIGHT, 300 / rowCount));
  const height = MARGIN.top + rowCount * cellHeight + MARGIN.bottom;
  const x = (edge: number) => MARGIN.left + edge * cellWidth;
  const y = (edge: number) => MARGIN.top + (rowCount - edge) * cellHeight; // row 0, the longest period, at the bottom
  const leaders = [...new Set(winners.flat().flatMap((winner) => (winner === null ? [] : [winner])))];
  const letterOf = (winner: number) => String.fromCharCode(65 + (leaders.indexOf(winner) % 26));
  const areLettersShown = cellWidth >= 13 && cellHeight >= 13;
  return (
    <div className={styles.map}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={description}>
        <defs>
          <pattern
            id="nobody"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path d="M0 0V6" className={styles.hatch} />
          </pattern>
        </defs>
        {winners.map((row, period) =>
          row.map((winner, wavelength) => (
            <g key={`${period} ${wavelength}`}>
              <rect
                x={x(wavelength)}
                y={y(period + 1)}
                width={cellWidth}
                height={cellHeight}
                className={styles.cell}
                style={{
                  fill:
                    winner === null
                      ? 'url(#nobody)'
                      : methodColour(lookOf(entries[winner]!.evaluationId).slot),
                }}
              />
              {winner === null || !areLettersShown ? null : (
                <text x={x(wavelength + 0.5)} y={y(period + 0.5) + 4} className={styles.letter}>
                  {letterOf(winner)}
                </text>
              )}
            </g>
          )),
        )}
        <rect
          x={x(selection.wavelength[0])}
          y={y(selection.period[1])}
          width={(selection.wavelength[1] - selection.wavelength[0]) * cellWidth}
          height={(selection.period[1] - selection.period[0]) * cellHeight}
          className={styles.selection}
        />
        {tickIndices(columnCount).map((edge) => (
          <text
            key={edge}
            x={x(edge)}
            y={height - MARGIN.bottom + 15}
            className={styles.tick}
            textAnchor="middle"
          >
            {formatFixed(axes.wavelengthEdges[edge]!, axes.wavelengthUnit === 'km' ? 0 : 1)}
          </text>
        ))}
        <text x={x(columnCount / 2)} y={height - 6} className={styles.tick} textAnchor="middle">
          wavelength ({axes.wavelengthUnit === 'km' ? 'km' : '° of longitude'})
        </text>
        {axes.periodEdgesDays === null
          ? null
          : tickIndices(rowCount).map((edge) => (
              <text key={edge} x={MARGIN.left - 6} y={y(edge) + 4} className={styles.tick} textAnchor="end">
                {formatFixed(axes.periodEdgesDays?.[edge] ?? 0, 0)}
              </text>
            ))}
        {axes.periodEdgesDays === null ? null : (
          <text
            transform={`translate(12 ${y(rowCount / 2)}) rotate(-90)`}
            className={styles.tick}
            textAnchor="middle"
          >
            period (days)
          </text>
        )}
      </svg>
      <ul className={styles.legend}>
        {leaders.map((winner) => {
          const { name, slot } = lookOf(entries[winner]!.evaluationId);
          return (
            <li key={winner}>
              <i style={{ background: methodColour(slot) }} aria-hidden="true">
                {letterOf(winner)}
              </i>
              {name}
            </li>
          );
        })}
        {winners.flat().includes(null) ? (
          <li>
            <i className={styles.nobody} aria-hidden="true" />
            nobody is better than a flat map
          </li>
        ) : null}
      </ul>
    </div>
  );
}

/** Edges that get a label: the first, the last and a few between, evenly. */
function tickIndices(last: number): number[] {
  const step = Math.max(1, Math.ceil(last / TICKS));
  const indices = Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
  return last - indices[indices.length - 1]! >= step / 2
    ? [...indices, last]
    : [...indices.slice(0, -1), last];
}
