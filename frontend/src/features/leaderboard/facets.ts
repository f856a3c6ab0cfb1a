import { METHOD_FAMILIES, type InputKind, type LeaderboardRow, type MethodFamily } from '@sillage/contracts';
import { METHOD_FAMILY_TEXTS } from '../../lib/method-families';

export const INPUT_FACETS = ['ssh', 'swot', 'sst'] as const;
export type InputFacet = (typeof INPUT_FACETS)[number];
export const FORM_FACETS = ['map', 'network'] as const;
export type FormFacet = (typeof FORM_FACETS)[number];

export const COST_FACETS = ['minute', 'ten-minutes', 'longer'] as const;
export type CostFacet = (typeof COST_FACETS)[number];

/** What of a board is shown; `null`: everything. */
export type Facets = {
  inputs: InputFacet | null;
  form: FormFacet | null;
  family: MethodFamily | null;
  cost: CostFacet | null;
};

export const NO_FACETS: Facets = { inputs: null, form: null, family: null, cost: null };

export const INPUT_FACET_TEXTS: Record<InputFacet, { name: string; text: string }> = {
  ssh: { name: 'nadir SSH only', text: 'Methods that used heights of nadir altimeters and nothing else' },
  swot: { name: '+ SWOT', text: 'Methods that also used the swaths of SWOT' },
  sst: { name: '+ SST', text: 'Methods that also used sea surface temperature' },
};
export const FORM_FACET_TEXTS: Record<FormFacet, { name: string; text: string }> = {
  map: { name: 'map', text: 'Maps that their authors computed' },
  network: { name: 'network', text: 'Networks that the platform ran itself' },
};

export const COST_FACET_TEXTS: Record<CostFacet, { name: string; text: string }> = {
  minute: { name: 'up to 1 min', text: 'Networks that mapped all days in a minute or less' },
  'ten-minutes': { name: 'up to 10 min', text: 'Networks that mapped all days in ten minutes or less' },
  longer: { name: 'longer', text: 'Networks that took more than ten minutes' },
};

export function parseFacets(parameters: Readonly<Record<string, string>>): Facets {
  return {
    inputs: INPUT_FACETS.find((facet) => facet === parameters['inputs']) ?? null,
    form: FORM_FACETS.find((facet) => facet === parameters['form']) ?? null,
    family: METHOD_FAMILIES.find((facet) => facet === parameters['family']) ?? null,
    cost: COST_FACETS.find((facet) => facet === parameters['cost']) ?? null,
  };
}

export function facetParameters({ inputs, form, family, cost }: Facets): Record<string, string | null> {
  return { inputs, form, family, cost };
}

export function hasFacets(facets: Facets): boolean {
  return Object.values(facets).some((facet) => facet !== null);
}

type Described = Pick<LeaderboardRow, 'inputs' | 'form' | 'family' | 'cost'>;

const MATCHES_INPUTS: Record<InputFacet, (inputs: readonly InputKind[]) => boolean> = {
  ssh: (inputs) => inputs.every((input) => input === 'ssh-nadir'),
  swot: (inputs) => inputs.includes('ssh-swot'),
  sst: (inputs) => inputs.includes('sst'),
};

const MATCHES_COST: Record<CostFacet, (wallSeconds: number) => boolean> = {
  minute: (wallSeconds) => wallSeconds <= 60,
  'ten-minutes': (wallSeconds) => wallSeconds <= 600,
  longer: (wallSeconds) => wallSeconds > 600,
};

/** A method that does not say its family, or whose cost nobody measured, passes no facet of that kind. */
export function matchesFacets(row: Described, { inputs, form, family, cost }: Facets): boolean {
  return (
    (inputs === null || MATCHES_INPUTS[inputs](row.inputs)) &&
    (form === null || row.form === form) &&
    (family === null || row.family === family) &&
    (cost === null || (row.cost !== null && MATCHES_COST[cost](row.cost.wallSeconds)))
  );
}

/** How many rows are left with one facet changed, the others staying as they are: a choice that leaves none is no choice. */
export function facetCount(rows: readonly Described[], facets: Facets, change: Partial<Facets>): number {
  return rows.filter((row) => matchesFacets(row, { ...facets, ...change })).length;
}

/** The chosen facets in words. */
export function facetSummary({ inputs, form, family, cost }: Facets): string {
  const parts = [
    ...(inputs === null ? [] : [INPUT_FACET_TEXTS[inputs].name]),
    ...(form === null ? [] : [FORM_FACET_TEXTS[form].name]),
    ...(family === null ? [] : [METHOD_FAMILY_TEXTS[family].name]),
    ...(cost === null ? [] : [COST_FACET_TEXTS[cost].name]),
  ];
  return parts.length === 0 ? 'all methods' : parts.join(', ');
}
