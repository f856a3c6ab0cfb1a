import { randomUUID } from 'node:crypto';

/** Part of JSON Schema that the description of the API is written in. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  default?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
};
type Operation = { requestBody?: { content: Record<string, { schema: Schema }> } };
/** Of /api/openapi.json */
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** A route as the API describes it. */
export type DescribedOperation = { method: string; path: string; body: Schema | null };

/** Keys and indices that lead to a part of a value. */
export type Place = (string | number)[];

/** What the queries of this API are called. */
export const QUERY_KEYS = [
  ...[
    'area',
    'scenario',
    'version',
    'entries',
    'challenge',
    'mine',
    'team',
    'page',
    'after',
    'before',
    'author',
  ],
  ...['state', 'moderated', 'action', 'actor', 'subject', 'revision', 'report', 'limit', 'from', 'to'],
];

const NAMED: Record<string, string> = {
  submissions: 'submission',
  evaluations: 'evaluation',
  challenges: 'challenge',
  uploads: 'upload',
  versions: 'version',
  drafts: 'draft',
  teams: 'team',
};

/** Every route of a running API, from its own description, with requests for it. `names`: of what there is, like `draft`. */
export class DescribedApi {
  readonly #description: Description;
  readonly #names: Readonly<Record<string, string>>;

  constructor(description: Description, names: Readonly<Record<string, string>>) {
    this.#description = description;
    this.#names = names;
  }

  get operations(): DescribedOperation[] {
    return Object.entries(this.#description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { requestBody }]) => ({
        method,
        path,
        body: Object.values(requestBody?.content ?? {})[0]?.schema ?? null,
      })),
    );
  }

  /** The path with real names in the place of its parameters, except at `oddAt`. */
  addressOf(path: string, oddAt = -1, odd = ''): string {
    let parameter = -1;
    return path
      .split('/')
      .map((part, index, parts) => {
        if (!part.startsWith('{')) return part;
        parameter += 1;
        if (parameter === oddAt) return odd;
        return this.#names[NAMED[parts[index - 1] ?? ''] ?? ''] ?? randomUUID();
      })
      .join('/');
  }

  /** The smallest value that the schema may take; what a rule beyond the schema says of it is left to luck. */
  example(given: Schema): unknown {
    const schema = this.resolved(given);
    if (schema.default !== undefined) return schema.default;
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return schema.enum[0];
    const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0];
    if (choice !== undefined) return this.example(choice);
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
      case 'object':
        return Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([key, property]) => [
            key,
            this.#exampleOf(key, property),
          ]),
        );
      case 'array':
        return schema.items === undefined ? [] : [this.example(schema.items)];
      case 'integer':
      case 'number':
        return Math.max(0, schema.minimum ?? 0);
      case 'boolean':
        return false;
      case 'null':
        return null;
      default:
        return exampleText(schema);
    }
  }

  resolved(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    return this.resolved(this.#description.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  }

  #exampleOf(key: string, schema: Schema): unknown {
    if (key === 'challenge') return this.#names['challenge'];
    if (key === 'uploadId') return this.#names['upload'];
    if (key === 'area') return 'gf';
    if (key === 'scenario') return 'nadir4';
    return this.example(schema);
  }
}

function exampleText({ format, minLength = 0 }: Schema): string {
  if (format === 'uuid') return randomUUID();
  if (format === 'email') return `${randomUUID()}@example.org`;
  if (format === 'uri') return 'https://example.org/';
  return 'a'.repeat(Math.max(1, minLength));
}

/** Every place in a value, its root too. */
export function placesIn(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [place, ...parts.flatMap(([key, part]) => placesIn(part, [...place, key]))];
}

export function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((part, index) => (index === key ? replaced(part, rest, by) : part));
  const known = value as Record<string, unknown>;
  return { ...known, [key]: replaced(known[key], rest, by) };
}
