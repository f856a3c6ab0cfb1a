import { inspectFile } from '@sillage/pipeline';
import type { FileInspection, InspectedVariable } from '@sillage/pipeline';
import { print, printJson } from '../../terminal/output.js';
import { formatBytes } from '../../terminal/quantities.js';
import { formatTable } from '../../terminal/table.js';

export async function inspect(path: string, options: { variable?: string; json?: boolean }): Promise<void> {
  const inspection = await inspectFile(path, { variable: options.variable ?? null });
  if (options.json === true) printJson(inspectionJson(inspection));
  else print(inspectionText(inspection));
}

function inspectionJson(inspection: FileInspection): unknown {
  const { grid } = inspection;
  return {
    path: inspection.path,
    size_bytes: inspection.sizeBytes,
    format: inspection.format,
    dimensions: Object.fromEntries(inspection.dimensions.map(({ name, length }) => [name, length])),
    variables: inspection.variables.map((variable) => ({
      name: variable.name,
      type: variable.type,
      dimensions: variable.dimensions,
      shape: variable.shape,
      units: variable.units,
      standard_name: variable.standardName,
      long_name: variable.longName,
      chunk_shape: variable.chunkShape,
      is_compressed: variable.isCompressed,
    })),
    attributes: inspection.attributes,
    ssh: inspection.ssh,
    grid: grid && {
      time_count: grid.timeCount,
      lat_count: grid.latCount,
      lon_count: grid.lonCount,
      south: grid.south,
      north: grid.north,
      west: grid.west,
      east: grid.east,
      lat_spacing_deg: grid.latSpacingDeg,
      lon_spacing_deg: grid.lonSpacingDeg,
      first_time: grid.firstTime,
      last_time: grid.lastTime,
      time_step_days: grid.timeStepDays,
      missing_days: grid.missingDays,
    },
    problem: inspection.problem,
    warnings: inspection.warnings,
  };
}

function inspectionText(inspection: FileInspection): string {
  const parts = [
    `${inspection.path}: ${inspection.format}, ${formatBytes(inspection.sizeBytes)}`,
    variableTable(inspection.variables),
  ];
  const { grid, ssh, problem } = inspection;
  if (grid !== null) {
    parts.push(
      [
        `time       ${grid.timeCount} from ${grid.firstTime} to ${grid.lastTime}${everyText(grid.timeStepDays, grid.timeStepDays === 1 ? ' day' : ' days')}`,
        `latitude   ${grid.latCount} from ${round(grid.south)}° to ${round(grid.north)}°${everyText(grid.latSpacingDeg, '°')}`,
        `longitude  ${grid.lonCount} from ${round(grid.west)}° to ${round(grid.east)}°${everyText(grid.lonSpacingDeg, '°')}`,
      ].join('\n'),
    );
    if (grid.missingDays.length > 0)
      parts.push(`No map on ${grid.missingDays.length} days: ${shortList(grid.missingDays)}`);
  }
  if (ssh !== null) parts.push(`Scored would be '${ssh.variable}' [${ssh.units}], read as ${ssh.kind}.`);
  for (const warning of inspection.warnings) parts.push(`Note: ${warning.message}`);
  if (problem !== null) {
    parts.push(
      `This file could not be scored. ${problem.where}: ${problem.found}; needed: ${problem.expected}. ${problem.fix}`,
    );
  }
  return parts.join('\n\n');
}

function variableTable(variables: InspectedVariable[]): string {
  return formatTable(
    [
      { title: 'variable', value: (variable) => variable.name },
      { title: 'type', value: (variable) => variable.type },
      {
        title: 'shape',
        value: (variable) =>
          variable.dimensions.map((name, index) => `${name} ${variable.shape[index] ?? '?'}`).join(' × '),
      },
      { title: 'units', value: (variable) => variable.units ?? '' },
      { title: 'stored', value: storageText },
    ],
    variables,
  );
}

function everyText(step: number | null, unit: string): string {
  return step === null ? '' : `, every ${round(step)}${unit}`;
}

function storageText({ chunkShape, isCompressed }: InspectedVariable): string {
  if (chunkShape === null) return 'contiguous';
  return `chunks ${chunkShape.join(' × ')}${isCompressed ? ', compressed' : ''}`;
}

/** Six decimals without trailing zeros: 0.05, not 0.04999999999999716. */
function round(value: number): string {
  return String(Number(value.toFixed(6)));
}

function shortList(days: string[]): string {
  return days.length <= 6 ? days.join(', ') : `${days.slice(0, 5).join(', ')} … ${days.at(-1) ?? ''}`;
}
