import type { InputKind } from '@sillage/contracts';
import { Chip } from './chip';

const INPUT_LABELS: Record<InputKind, { short: string; long: string }> = {
  'ssh-nadir': { short: 'nadir', long: 'Sea surface height from nadir altimeters' },
  'ssh-swot': { short: 'SWOT', long: 'Sea surface height from the SWOT swath' },
  sst: { short: 'SST', long: 'Sea surface temperature' },
};

export function inputLabel(input: InputKind): string {
  return INPUT_LABELS[input].long;
}

/** What a method was fed with: methods with other inputs are not compared like with like, so it stands on every row. */
export function Inputs({ inputs }: { inputs: readonly InputKind[] }) {
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '0.25rem' }}>
      {inputs.map((input) => (
        <Chip key={input} title={INPUT_LABELS[input].long}>
          {INPUT_LABELS[input].short}
        </Chip>
      ))}
    </span>
  );
}
