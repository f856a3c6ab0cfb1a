import { NetcdfError } from '../netcdf-error.js';

const METRES: Readonly<Record<string, number>> = {
  m: 1,
  meter: 1,
  meters: 1,
  metre: 1,
  metres: 1,
  cm: 0.01,
  centimeter: 0.01,
  centimeters: 0.01,
  centimetre: 0.01,
  centimetres: 0.01,
  mm: 0.001,
  millimeter: 0.001,
  millimeters: 0.001,
  millimetre: 0.001,
  millimetres: 0.001,
};

/** Metres per unit; undefined for a text that is no unit of height. */
export function metresPerUnit(units: string): number | undefined {
  return METRES[units.trim().toLowerCase()];
}

/** @throws NetcdfError 'unknown-units' for anything but m, cm and mm. */
export function requireMetresPerUnit(units: string, variableName: string): number {
  const factor = metresPerUnit(units);
  if (factor === undefined) {
    throw new NetcdfError({
      code: 'unknown-units',
      where: `variable '${variableName}'`,
      found: `its units are '${units}'`,
      expected: 'a height in m, cm or mm',
      fix: "Choose the variable that holds the sea surface height, or set its units attribute to 'm'.",
    });
  }
  return factor;
}
