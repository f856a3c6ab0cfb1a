import type { InputKind } from '@sillage/contracts';

/** What methods are fed with, as it stands in a table and in full. */
export const INPUT_NAMES: Record<InputKind, { short: string; long: string }> = {
  'ssh-nadir': { short: 'nadir', long: 'Sea surface height from nadir altimeters' },
  'ssh-swot': { short: 'SWOT', long: 'Sea surface height from the SWOT swath' },
  sst: { short: 'SST', long: 'Sea surface temperature' },
};

export function inputName(input: InputKind): string {
  return INPUT_NAMES[input].short;
}
