import { daysSince1950 } from '@sillage/science';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from '../netcdf-file.js';
import { axisKindOf } from './axis-kind.js';
import type { AxisSource } from './field-axes.js';

const MAX_TEXT_BYTES = 4_000_000;
/** A day, or an instant in UTC as numpy and xarray print it. */
const DAY_OR_INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)Z?)?$/;

/** Times as text along a dimension of the variable, e.g. `Time(time)` of 4DVarNet's maps: strings, or rows of letters. */
export function findTextTimes(file: NetcdfFile, variable: NetcdfVariable): AxisSource | undefined {
  const texts = file.variables.find(
    (other) =>
      (other.type === 'string'
        ? other.shape.length === 1
        : other.type === 'char' && other.shape.length === 2) &&
      axisKindOf(other) === 'time' &&
      variable.dimensions.includes(other.dimensions[0]!),
  );
  return (
    texts && {
      dimension: variable.dimensions.indexOf(texts.dimensions[0]!),
      variable: texts,
      axisOfVariable: null,
    }
  );
}

export function isText(variable: NetcdfVariable): boolean {
  return variable.type === 'string' || variable.type === 'char';
}

/**
 * Times that are written as text, in UTC.
 *
 * @returns days since 1950-01-01, shape [T].
 * @throws NetcdfError 'unknown-units' for a text that is no day and no instant.
 */
export async function decodeTextTimes(file: NetcdfFile, variable: NetcdfVariable): Promise<Float64Array> {
  const where = `coordinate '${variable.name}'`;
  const bytes = variable.shape.reduce((total, length) => total * length, 1);
  if (bytes > MAX_TEXT_BYTES) {
    throw new NetcdfError({
      code: 'declared-size-too-large',
      where,
      found: `it has ${bytes} letters`,
      expected: `at most ${MAX_TEXT_BYTES}`,
      fix: 'Write one short text per map.',
    });
  }
  const texts = await readTexts(file, variable);
  return Float64Array.from(texts, (text, index) => {
    const [, day, clock = '00:00:00'] = DAY_OR_INSTANT.exec(text) ?? [];
    try {
      return daysSince1950(`${day}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
    } catch {
      throw new NetcdfError({
        code: 'unknown-units',
        where: `${where}, value ${index + 1} of ${texts.length}`,
        found: `'${text}'`,
        expected: 'a day or an instant in UTC, like 2012-10-22 or 2012-10-22T12:00:00',
        fix: "Write the times as numbers, e.g. in 'days since 1950-01-01'.",
      });
    }
  });
}

async function readTexts(file: NetcdfFile, variable: NetcdfVariable): Promise<string[]> {
  const [count = 0, length = 1] = variable.shape;
  if (count === 0) return [];
  if (variable.type === 'string') return (await file.readTexts?.(variable.name)) ?? [];
  const letters = await file.readSlab(variable.name, [0, 0], [count, length]);
  return Array.from({ length: count }, (_, row) =>
    String.fromCharCode(...Array.from(letters.subarray(row * length, (row + 1) * length), Number))
      .replace(/\0.*$/s, '')
      .trim(),
  );
}
