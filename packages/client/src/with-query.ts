export type Query = Record<string, string | null | undefined>;

/** `/path?a=1`: empty values are left out, so the default view has the shortest address. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
