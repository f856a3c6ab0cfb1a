'use client';

import type { ResolutionByBox, Scores } from '@sillage/contracts';
import { useId, useMemo, useState, type CSSProperties, type ReactNode } from 'react';
import { ChoiceButtons } from '../../components/forms/choice-buttons';
import valuesTable from '../../components/tables/values-table.module.css';
import { formatFixed, formatLatitude, formatLongitude, formatSigned } from '../../lib/format-number';
import {
  boxText,
  decimalsOf,
  longestOf,
  resolutionComparisons,
  resolutionOf,
  resolutionText,
  resolutionTint,
  resolutionWords,
  unitsOf,
  type ResolutionComparison,
  type WavelengthUnit,
} from './box-resolutions';
import boxScores from './box-scores.module.css';
import styles from './resolution-boxes.module.css';

type Props = {
  resolution: ResolutionByBox;
  /** The same boxes of the entry that it is compared with; null without one. */
  against: { name: string; resolution: ResolutionByBox } | null;
  scores: Scores;
  /** Beside the heading: what is compared with what. */
  choice?: ReactNode;
};

const MAX_TINT_PERCENT = 48; // of a colour on the surface: the numbers on it stay readable
const MANY_COLUMNS = 8;
const UNIT_NAMES: Record<WavelengthUnit, string> = { deg: '° of longitude', km: 'km' };

/** Effective resolution of every box as a map and a table, beside that of another entry. */
export function ResolutionBoxes({ resolution, against, scores, choice }: Props) {
  const id = useId();
  const units = unitsOf(resolution);
  const [chosen, setChosen] = useState<WavelengthUnit | null>(null);
  const unit = chosen ?? units[0] ?? 'deg';
  const other = against?.resolution ?? null;
  const parts = useMemo(() => resolutionComparisons(resolution, other, unit), [resolution, other, unit]);
  const otherName = against?.name ?? null;
  return (
    <div data-testid="resolution-by-box" role="group" aria-labelledby={id}>
      <div className={boxScores.head}>
        <h3 id={id} className={styles.subject}>
          Effective resolution λx by box
        </h3>
        {choice}
        {units.length < 2 ? null : (
          <ChoiceButtons
            label="Unit of the wavelengths"
            values={units}
            chosen={unit}
            onChoose={setChosen}
            text={(item) => UNIT_NAMES[item]}
          />
        )}
      </div>
      <div className={boxScores.columns}>
        <div>
          <ResolutionMap resolution={resolution} parts={parts} otherName={otherName} unit={unit} />
        </div>
        <div className={boxScores.lists}>
          <LongestBoxes parts={parts} otherName={otherName} unit={unit} />
          <p className={styles.explanation}>{explanation(resolution, scores, unit)}</p>
        </div>
      </div>
      <ValueTable resolution={resolution} against={against} />
    </div>
  );
}

function explanation(resolution: ResolutionByBox, scores: Scores, unit: WavelengthUnit): string {
  const { direction, sizeDeg, longestWavelength } = resolution;
  const mark = resolution.unit === 'deg' ? '°' : ' km';
  const longest = `${formatFixed(longestWavelength, resolution.unit === 'deg' ? 1 : 0)}${mark}`;
  const whole = resolutionWords(resolutionOf(resolution, resolution.whole, unit), unit);
  const isZonal = direction === 'zonal';
  const board = isZonal ? scores.lambdaXDeg : scores.lambdaXKm;
  const boardText = board === null ? '' : ` (λx of the board: ${formatFixed(board, isZonal ? 2 : 0)}${mark})`;
  return (
    `The wavelength where the error has half the power of the ${isZonal ? 'truth' : 'track'}, from spectra along ` +
    `${isZonal ? 'the latitude rows' : 'the segments of the withheld track'} of each box over all days. ` +
    `Boxes of ${sizeDeg}° overlap by half or more and tell wavelengths up to ${longest}; ` +
    `a box without a number has no colour and counts neither as gain nor as loss. ` +
    `By the same definition the whole area has ${whole}${boardText}. ` +
    `Even boxes of one and the same sea scatter by a tenth or so.`
  );
}

type MapProps = {
  resolution: ResolutionByBox;
  parts: readonly ResolutionComparison[];
  otherName: string | null;
  unit: WavelengthUnit;
};

/** λ of every box at its middle, north at the top, tinted by what is gained or lost. */
function ResolutionMap({ resolution, parts, otherName, unit }: MapProps) {
  const { latDeg, lonDeg, sizeDeg } = resolution;
  const isDense = lonDeg.length > MANY_COLUMNS;
  const decimals = (value: number) => (isDense || Math.abs(value - Math.round(value)) < 1e-6 ? 0 : 1);
  return (
    <>
      <div className={boxScores.box} tabIndex={0} role="region" aria-label="Effective resolution by box">
        <table className={boxScores.table} data-dense={isDense}>
          <caption className="visually-hidden">
            Effective resolution in boxes of {sizeDeg} degrees, {UNIT_NAMES[unit]}, by the middle of the box
            {otherName === null ? '' : `, and the difference from ${otherName}`}
          </caption>
          <thead>
            <tr>
              <td />
              {lonDeg.map((lon) => (
                <th key={lon} scope="col">
                  {formatLongitude(lon, decimals(lon))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {latDeg
              .map((lat, row) => ({ lat, row }))
              .toReversed()
              .map(({ lat, row }) => (
                <tr key={lat}>
                  <th scope="row">{formatLatitude(lat, decimals(lat))}</th>
                  {parts
                    .filter((part) => part.row === row)
                    .map((part) => (
                      <Cell key={part.column} part={part} parts={parts} unit={unit} />
                    ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <p className={boxScores.legend}>
        λx of each box ({UNIT_NAMES[unit]}) at its middle; shorter is better
        {otherName === null
          ? '; the stronger the colour, the longer.'
          : `; below it the difference from ${otherName}: blue resolves shorter waves, orange longer ones only.`}
      </p>
    </>
  );
}

function Cell({
  part,
  parts,
  unit,
}: {
  part: ResolutionComparison;
  parts: readonly ResolutionComparison[];
  unit: WavelengthUnit;
}) {
  const { own, other, loss } = part;
  const title = `${boxText(part)}: ${resolutionWords(own, unit)}`;
  if (own.reason === 'too-few-pieces')
    return <td className={boxScores.land} aria-label={resolutionWords(own, unit)} title={title} />;
  return (
    <td style={tintStyle(resolutionTint(part, parts))} title={title}>
      {resolutionText(own, unit)}
      {other === null ? null : (
        <small>
          {loss === null ? `(${resolutionText(other, unit)})` : formatSigned(loss, decimalsOf(unit))}
        </small>
      )}
    </td>
  );
}

function tintStyle(tint: number | null): CSSProperties | undefined {
  if (tint === null) return undefined;
  const colour = tint < 0 ? 'var(--better)' : 'var(--worse)';
  const percent = Math.round(Math.min(1, Math.abs(tint)) * MAX_TINT_PERCENT);
  return { background: `color-mix(in srgb, ${colour} ${percent}%, var(--surface))` };
}

function LongestBoxes({ parts, otherName, unit }: Omit<MapProps, 'resolution'>) {
  const longest = longestOf(parts);
  const decimals = decimalsOf(unit);
  return (
    <div>
      <h4 className={boxScores.listTitle}>
        {otherName === null ? 'Boxes with the longest λx' : `Boxes where ${otherName} resolves shorter waves`}
      </h4>
      {longest.length === 0 ? (
        <p className="muted small">
          {otherName === null ? 'No box has a number.' : 'None where both have a number.'}
        </p>
      ) : (
        <ol className={boxScores.list}>
          {longest.map((part) => (
            <li key={`${part.row}.${part.column}`}>
              <span>{boxText(part)}</span>
              <span className={boxScores.score}>
                {resolutionText(part.own, unit)}
                {part.other === null || part.loss === null
                  ? ''
                  : ` against ${resolutionText(part.other, unit)} (${formatSigned(part.loss, decimals)})`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function ValueTable({ resolution, against }: Pick<Props, 'resolution' | 'against'>) {
  const units = unitsOf(resolution);
  const inUnits = units.map((unit) => resolutionComparisons(resolution, against?.resolution ?? null, unit));
  const parts = inUnits[0] ?? [];
  const pieces = resolution.direction === 'zonal' ? 'Rows' : 'Passes';
  const unit = units[0] ?? 'deg';
  return (
    <details className={valuesTable.details}>
      <summary>The boxes as a table</summary>
      <div className={valuesTable.box} tabIndex={0} role="region" aria-label="Effective resolution, values">
        <table>
          <caption className="visually-hidden">Effective resolution λx of each box</caption>
          <thead>
            <tr>
              <th scope="col">Box</th>
              {units.map((item) => (
                <th key={item} scope="col">
                  λx ({UNIT_NAMES[item]})
                </th>
              ))}
              {against === null ? null : (
                <>
                  <th scope="col">
                    {against.name} ({UNIT_NAMES[unit]})
                  </th>
                  <th scope="col">Difference</th>
                </>
              )}
              <th scope="col">{pieces}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, index) => (
              <tr key={`${part.row}.${part.column}`}>
                <th scope="row">{boxText(part)}</th>
                {units.map((item, position) => (
                  <td key={item}>{resolutionText(inUnits[position]?.[index]?.own ?? part.own, item)}</td>
                ))}
                {part.other === null ? null : (
                  <>
                    <td>{resolutionText(part.other, unit)}</td>
                    <td>{part.loss === null ? '–' : formatSigned(part.loss, decimalsOf(unit))}</td>
                  </>
                )}
                <td>{part.pieceCount}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
