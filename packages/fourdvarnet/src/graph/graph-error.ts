import type { Shape } from './graph.js';

/** A network that cannot be built: a weight is missing, a shape does not fit, a setting makes no sense for it. */
export class GraphError extends Error {
  readonly tag = 'graph';
  /** The tensor, input, operation or setting in question. */
  readonly where: string;
  /** What is there. */
  readonly found: string;
  /** What has to be there. */
  readonly needed: string;

  constructor(fields: { where: string; found: string; needed: string }) {
    super(`${fields.where} is ${fields.found}, needs ${fields.needed}`);
    this.name = 'GraphError';
    this.where = fields.where;
    this.found = fields.found;
    this.needed = fields.needed;
  }
}

export function shapeText(shape: Shape | readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
