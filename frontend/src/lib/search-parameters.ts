export type SearchParameters = Record<string, string | string[] | undefined>;

/** The first value of each parameter: an address that repeats one is read like one that does not. */
export function singleValues(parameters: SearchParameters): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) values[name] = first;
  }
  return values;
}
