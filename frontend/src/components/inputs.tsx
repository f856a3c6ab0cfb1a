import type { InputKind } from '@sillage/contracts';
import { Chip } from './chip';
import { INPUT_NAMES } from './input-names';

export function inputLabel(input: InputKind): string {
  return INPUT_NAMES[input].long;
}

/** What a method was fed with: methods with other inputs are not compared like with like, so it stands on every row. */
export function Inputs({ inputs }: { inputs: readonly InputKind[] }) {
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '0.25rem' }}>
      {inputs.map((input) => (
        <Chip key={input} title={INPUT_NAMES[input].long}>
          {INPUT_NAMES[input].short}
        </Chip>
      ))}
    </span>
  );
}
