import type { DatasetFile, DatasetFileReport, DatasetFinding } from '@sillage/contracts';
import type { NetcdfFile, NetcdfVariable } from '@sillage/netcdf';
import { describeFile } from '@sillage/checking';
import type { LocatedFile } from './file-reading.js';
import { finding } from '../findings/findings.js';

/** A report that says nothing yet but where the file is used. */
export function bareReport(
  { path, sha256, sizeBytes }: LocatedFile,
  uses: readonly DatasetFile[],
  format: string,
): DatasetFileReport {
  return {
    path,
    sha256,
    sizeBytes,
    uses: uses.map(({ role, area, scenario }) => ({ role, area, scenario: scenario ?? null })),
    format,
    conventions: null,
    variable: null,
    units: null,
    kind: 'none',
    spacingDeg: null,
    dimensions: [],
    variables: [],
    satellites: [],
    extent: null,
    statistics: null,
    previewMap: null,
    previewTrack: null,
  };
}

/** What the header of a file says. */
export function describedNetcdf(
  netcdf: NetcdfFile,
  file: LocatedFile,
  uses: readonly DatasetFile[],
): { report: DatasetFileReport; findings: DatasetFinding[] } {
  const { format, dimensions, variables, attributes } = describeFile(netcdf);
  const conventions = attributes['Conventions'];
  const conventionsText = typeof conventions === 'string' && conventions !== '' ? conventions : null;
  const report: DatasetFileReport = {
    ...bareReport(file, uses, format),
    conventions: conventionsText,
    dimensions: dimensions.map(({ name, length }) => ({ name, size: length })),
    variables: variables.map(({ name, units, dimensions: along }) => ({ name, units, dimensions: along })),
  };
  if (conventionsText !== null && /CF-\d/.test(conventionsText)) return { report, findings: [] };
  return {
    report,
    findings: [
      finding(
        'note',
        'convention',
        { path: file.path },
        {
          found: conventionsText === null ? 'no Conventions attribute' : `Conventions '${conventionsText}'`,
          needed: 'CF, so that other tools read the file as we do',
          fix: "Set the global attribute Conventions to, for example, 'CF-1.10'.",
        },
      ),
    ],
  };
}

/** Whether the units of a variable are those of a height: m, cm or mm. */
export function isLengthUnit({ attributes }: Pick<NetcdfVariable, 'attributes'>): boolean {
  const units = attributes['units'];
  return typeof units === 'string' && /^(c|m)?m$|^(centi|milli)?met(er|re)s?$/i.test(units.trim());
}
