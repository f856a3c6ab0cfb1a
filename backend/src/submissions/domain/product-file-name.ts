/** A name that still says what it is when it lies in a folder with others: `oi-baseline-gf-nadir4-scored.nc`. */
export function productFileName(
  method: string,
  task: { area: string; scenario: string },
  product: string,
): string {
  const slug = method
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return [slug, task.area, task.scenario, product].filter((part) => part !== '').join('-');
}
