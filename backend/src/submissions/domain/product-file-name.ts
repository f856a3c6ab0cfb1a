import type { ArtefactName } from '@sillage/contracts';

/** A name that still says what it is when it lies in a folder with others: `oi-baseline-gf-nadir4-scored.nc`. */
export function productFileName(
  method: string,
  task: { area: string; scenario: string },
  artefact: ArtefactName,
): string {
  const slug = method
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return [slug, task.area, task.scenario, artefact].filter((part) => part !== '').join('-');
}
