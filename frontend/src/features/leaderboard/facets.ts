import type { InputKind, LeaderboardRow } from '@sillage/contracts';

export const INPUT_FACETS = ['ssh', 'swot', 'sst'] as const;
export type InputFacet = (typeof INPUT_FACETS)[number];
export const FORM_FACETS = ['map', 'network'] as const;
export type FormFacet = (typeof FORM_FACETS)[number];

/** What of a board is shown; `null`: everything. */
export type Facets = { inputs: InputFacet | null; form: FormFacet | null };

export const NO_FACETS: Facets = { inputs: null, form: null };

export const INPUT_FACET_TEXTS: Record<InputFacet, { name: string; text: string }> = {
  ssh: { name: 'nadir SSH only', text: 'Methods that used heights of nadir altimeters and nothing else' },
  swot: { name: '+ SWOT', text: 'Methods that also used the swaths of SWOT' },
  sst: { name: '+ SST', text: 'Methods that also used sea surface temperature' },
};
export const FORM_FACET_TEXTS: Record<FormFacet, { name: string; text: string }> = {
  map: { name: 'map', text: 'Maps that their authors computed' },
  network: { name: 'network', text: 'Networks that the platform ran itself' },
};

export function parseFacets(parameters: Readonly<Record<string, string>>): Facets {
  return {
    inputs: INPUT_FACETS.find((facet) => facet === parameters['inputs']) ?? null,
    form: FORM_FACETS.find((facet) => facet === parameters['form']) ?? null,
  };
}

export function facetParameters({ inputs, form }: Facets): Record<string, string | null> {
  return { inputs, form };
}

export function hasFacets({ inputs, form }: Facets): boolean {
  return inputs !== null || form !== null;
}

type Described = Pick<LeaderboardRow, 'inputs' | 'form'>;

const MATCHES_INPUTS: Record<InputFacet, (inputs: readonly InputKind[]) => boolean> = {
  ssh: (inputs) => inputs.every((input) => input === 'ssh-nadir'),
  swot: (inputs) => inputs.includes('ssh-swot'),
  sst: (inputs) => inputs.includes('sst'),
};

export function matchesFacets(row: Described, { inputs, form }: Facets): boolean {
  return (inputs === null || MATCHES_INPUTS[inputs](row.inputs)) && (form === null || row.form === form);
}

/** How many rows each choice would leave, the other facets staying as they are: a choice that leaves none is no choice. */
export function facetCounts(
  rows: readonly Described[],
  facets: Facets,
): { inputs: Record<InputFacet, number>; form: Record<FormFacet, number> } {
  const count = (changed: Partial<Facets>) =>
    rows.filter((row) => matchesFacets(row, { ...facets, ...changed })).length;
  return {
    inputs: { ssh: count({ inputs: 'ssh' }), swot: count({ inputs: 'swot' }), sst: count({ inputs: 'sst' }) },
    form: { map: count({ form: 'map' }), network: count({ form: 'network' }) },
  };
}

/** The chosen facets in words. */
export function facetSummary({ inputs, form }: Facets): string {
  const parts = [
    ...(inputs === null ? [] : [INPUT_FACET_TEXTS[inputs].name]),
    ...(form === null ? [] : [FORM_FACET_TEXTS[form].name]),
  ];
  return parts.length === 0 ? 'all methods' : parts.join(', ');
}
