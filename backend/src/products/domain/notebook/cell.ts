/** One cell of a notebook; `id` is unique in it and keeps its meaning, so that tests can look at what a cell printed. */
export type Cell = { kind: 'markdown' | 'code'; id: string; source: string };

export function markdown(id: string, source: string): Cell {
  return { kind: 'markdown', id, source: source.trim() };
}

export function code(id: string, source: string): Cell {
  return { kind: 'code', id, source: source.trim() };
}
