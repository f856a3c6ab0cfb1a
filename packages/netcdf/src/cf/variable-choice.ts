import { NetcdfError } from '../netcdf-error.js';
import type { HeightKind } from '../gridded-field.js';
import type { NetcdfVariable } from '../netcdf-file.js';
import { baseName, textAttribute } from './attributes.js';
import { metresPerUnit } from './length-units.js';

/** Usual names, in tiers: an earlier tier wins, two names of one tier are ambiguous. */
const NAME_TIERS: readonly (readonly string[])[] = [
  ['gssh', 'ssh', 'sossheig', 'ssh_mod', 'ssh_rec', 'rec_ssh', 'out'],
  ['adt', 'zos'],
];
const STANDARD_NAMES = new Set([
  'sea_surface_height',
  'sea_surface_height_above_geoid',
  'sea_surface_height_above_sea_level',
  'sea_surface_height_above_mean_sea_level',
  'sea_surface_height_above_reference_ellipsoid',
  'sea_surface_elevation',
]);
const LAST_NAMES = ['sla', 'ssha'];

/**
 * Chooses the sea surface height among gridded variables: the name that was asked for, else the usual names, else the CF
 * standard name, else SLA, else the only gridded variable that can be a height.
 *
 * @param candidates - variables with time, latitude and longitude.
 * @param allNames - every variable of the file, for the message.
 * @throws NetcdfError 'variable-not-found' or 'ambiguous-variable'.
 */
export function chooseHeightVariable(
  candidates: readonly NetcdfVariable[],
  allNames: readonly string[],
): { variable: NetcdfVariable; isGuess: boolean } {
  for (const tier of NAME_TIERS) {
    const matches = candidates.filter((candidate) => tier.includes(baseName(candidate.name)));
    if (matches.length > 1) throw ambiguous(matches);
    if (matches.length === 1) return { variable: matches[0]!, isGuess: false };
  }
  const byStandardName = candidates.filter(
    (candidate) =>
      STANDARD_NAMES.has(textAttribute(candidate.attributes, 'standard_name').toLowerCase()) &&
      !LAST_NAMES.includes(baseName(candidate.name)),
  );
  if (byStandardName.length > 1) throw ambiguous(byStandardName);
  if (byStandardName.length === 1) return { variable: byStandardName[0]!, isGuess: false };
  const anomalies = candidates.filter((candidate) => LAST_NAMES.includes(baseName(candidate.name)));
  if (anomalies.length > 1) throw ambiguous(anomalies);
  if (anomalies.length === 1) return { variable: anomalies[0]!, isGuess: false };
  const heights = candidates.filter((candidate) => {
    const units = textAttribute(candidate.attributes, 'units');
    return units === '' || metresPerUnit(units) !== undefined;
  });
  if (heights.length > 1) throw ambiguous(heights);
  if (heights.length === 1) return { variable: heights[0]!, isGuess: true };
  throw new NetcdfError({
    code: 'variable-not-found',
    where: 'the variables of the file',
    found: whatThereIs(allNames),
    expected:
      'a sea surface height with the dimensions time, latitude, longitude, called gssh, ssh, sossheig, adt or zos',
    fix: 'Name the variable gssh, or say which variable to use.',
  });
}

/** What kind of height the names of a variable claim. */
export function heightKindOf(variable: Pick<NetcdfVariable, 'name' | 'attributes'>): HeightKind {
  const name = baseName(variable.name);
  const longName = textAttribute(variable.attributes, 'long_name').toLowerCase();
  const standardName = textAttribute(variable.attributes, 'standard_name').toLowerCase();
  if (/^(sla|ssha)(_|$)/.test(name) || /anomal/.test(longName) || /anomal/.test(standardName)) return 'sla';
  if (/above_(mean_)?sea_level/.test(standardName)) return 'sla'; // CF: height above mean sea level is what altimetry calls SLA
  if (/^adt(_|$)/.test(name) || /absolute dynamic topography/.test(longName)) return 'adt';
  if (
    /ssh|sossheig|^zos$/.test(name) ||
    STANDARD_NAMES.has(standardName) ||
    /sea surface height/.test(longName)
  )
    return 'ssh';
  return 'unknown';
}

function ambiguous(matches: readonly NetcdfVariable[]): NetcdfError {
  return new NetcdfError({
    code: 'ambiguous-variable',
    where: 'the variables of the file',
    found: `${listed(matches.map((match) => match.name))} could all be the sea surface height`,
    expected: 'one such variable, or its name',
    fix: `Say which one to use, e.g. ${matches[0]!.name}.`,
  });
}

/** What to say of the variables of a file when the wanted one is not among them. */
export function whatThereIs(names: readonly string[]): string {
  return names.length === 0 ? 'there are none' : `there are ${listed(names)}`;
}

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => `'${name}'`);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}
