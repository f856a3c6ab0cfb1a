'use client';

import type { ZonalSpectraView } from '@sillage/contracts';
import { useMemo } from 'react';
import { ZonalSpectraChart } from '../../../charts/lines/zonal-spectra-chart';
import { zonalSpectraSentence, type SpectrumLine } from '../../../charts/lines/zonal-spectra-chart.config';
import valuesTable from '../../../components/tables/values-table.module.css';
import { countOf, formatFixed } from '../../../lib/format-number';
import styles from './evaluation-figures.module.css';

type Props = {
  spectra: ZonalSpectraView;
  methodName: string;
  /** The map of the board's reference, drawn beside; null where there is none. */
  reference: { name: string; spectra: ZonalSpectraView } | null;
};

/** Zonal spectra of truth, map and error: where a map is too smooth, and where it is wrong. */
export function ZonalSpectraFigure({ spectra, methodName, reference }: Props) {
  const lines = useMemo<SpectrumLine[]>(() => {
    const isSame = reference?.spectra.wavelengthDeg.length === spectra.wavelengthDeg.length;
    return [
      { label: 'truth', values: spectra.reference, role: 'truth' },
      { label: methodName, values: spectra.reconstruction, role: 'submission' },
      { label: 'its error', values: spectra.error, role: 'error' },
      ...(reference !== null && isSame
        ? [
            {
              label: `error of ${reference.name}`,
              values: reference.spectra.error,
              role: 'reference' as const,
            },
          ]
        : []),
    ];
  }, [spectra, methodName, reference]);
  const sentence = zonalSpectraSentence(spectra);
  return (
    <section className="panel" aria-labelledby="spectra">
      <div className={styles.head}>
        <h2 id="spectra">Spectra</h2>
      </div>
      <p className={styles.legend}>
        {lines.map(({ label, role }) => (
          <span key={role} className={styles[LEGEND_CLASSES[role]]}>
            {label}
          </span>
        ))}
      </p>
      <ZonalSpectraChart
        wavelengthDeg={spectra.wavelengthDeg}
        lines={lines}
        description={`Zonal power spectral densities. ${sentence}`}
      />
      <p className={styles.sentence}>
        {sentence} Along {countOf(spectra.segmentCount, 'piece', 'pieces')} of latitude rows,{' '}
        {formatFixed(spectra.segmentDeg, 1)}° long, one a day, under a Hann window.
      </p>
      <details className={valuesTable.details}>
        <summary>The values as a table</summary>
        <div className={valuesTable.box} tabIndex={0} role="region" aria-label="Zonal spectra">
          <table>
            <caption className="visually-hidden">
              Power spectral densities, m² per cycle/degree, by wavelength
            </caption>
            <thead>
              <tr>
                <th scope="col">Wavelength (°)</th>
                {lines.map(({ label, role }) => (
                  <th key={role} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {spectra.wavelengthDeg.map((wavelengthDeg, index) => (
                <tr key={wavelengthDeg}>
                  <th scope="row">{formatFixed(wavelengthDeg, 3)}</th>
                  {lines.map(({ role, values }) => (
                    <td key={role}>{(values[index] ?? 0).toExponential(2).replace('-', '\u2212')}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

const LEGEND_CLASSES: Record<SpectrumLine['role'], string> = {
  truth: 'track',
  submission: 'submission',
  error: 'dotted',
  reference: 'reference',
};
