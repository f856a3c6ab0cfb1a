import fs from 'node:fs/promises';
import path from 'node:path';
import {
  artefactNameSchema,
  citationNameSchema,
  documentNameSchema,
  MAP_LAYER_NAMES,
} from '@sillage/contracts';
import { MISSING_RAW } from '@sillage/contracts/packed-values';
import { openNetcdf } from '@sillage/netcdf';
import { unzipSync } from 'fflate';
import { jsonOf, type Account } from './api.js';

/*
 * Every number that a platform tells an account of one entry, by the place where it stands: in the replies of every GET route
 * of the API's own description, in the files among them, in a zip's members. A new route is asked as soon as it is described.
 */

export type Reader = { url: string; challenge: string; account: Account; workFolder: string };
/** `sent`: the values of the map, which those of a file are compared with. */
export type Entry = { id: string; evaluationId: string; sent: Float64Array };
export type Told = Map<string, number>;
type Reply = { place: string; bytes: Buffer };

export async function everythingTold(reader: Reader, entries: readonly Entry[]): Promise<Told[]> {
  const { paths } = (await jsonOf(await fetch(`${reader.url}/api/openapi.json`))) as {
    paths: Record<string, object>;
  };
  const routes = Object.keys(paths).filter((route) => 'get' in paths[route]!);
  const isOfOne = (route: string) => /\/(submissions|evaluations)\/\{/.test(route);
  const ofAll = routes.filter((route) => !isOfOne(route)).flatMap((route) => addressesOf(route, reader));
  const pair = entries.slice(0, 2).map(({ evaluationId }) => evaluationId);
  const shared = await replies(reader, ofAll, `&mine=true&entries=${pair.join(',')}`);
  const told: Told[] = [];
  for (const entry of entries) {
    const numbers: Told = new Map();
    const addresses = routes.filter(isOfOne).flatMap((route) => addressesOf(route, reader, entry));
    for (const reply of await replies(reader, addresses)) await addReply(numbers, reply, reader, entry);
    for (const { place, bytes } of shared) addNamed(numbers, place, contentOf(bytes), entry);
    told.push(numbers);
  }
  return told;
}

type Address = { place: string; address: string };

/** The route with each name that its last parameters can have. */
function addressesOf(route: string, { challenge }: Reader, entry?: Entry): Address[] {
  const names: Record<string, readonly (string | undefined)[]> = {
    challenges: [challenge],
    submissions: [entry?.id],
    evaluations: [entry?.evaluationId],
    artefacts: artefactNameSchema.options,
    documents: documentNameSchema.options,
    citation: citationNameSchema.options,
    maps: MAP_LAYER_NAMES,
  };
  let addresses: Address[] = [{ place: '', address: '' }];
  let before = '';
  for (const part of route.split('/').slice(1)) {
    const values = part.startsWith('{') ? (names[before] ?? ['0']) : [part];
    const isOne = values.length === 1;
    addresses = addresses.flatMap(({ place, address }) =>
      values.map((value) => ({
        place: `${place}/${isOne ? part : value}`,
        address: `${address}/${value}`,
      })),
    );
    before = part;
  }
  return addresses;
}

/** Those that the account gets. */
async function replies(
  { url, account, challenge }: Reader,
  addresses: readonly Address[],
  query = '',
): Promise<Reply[]> {
  const headers = { authorization: `Bearer ${account.token}` };
  const all = await Promise.all(
    addresses.map(async ({ place, address }) => {
      const reply = await fetch(`${url}${address}?area=all&scenario=nadir4&challenge=${challenge}${query}`, {
        headers,
        redirect: 'manual',
      });
      const bytes = Buffer.from(await reply.arrayBuffer());
      if (!reply.ok) return [];
      if (bytes.subarray(0, 2).toString() !== 'PK') return [{ place, bytes }];
      return Object.entries(unzipSync(bytes)).map(([name, member]) => ({
        place: `${place} ${path.basename(name)}`,
        bytes: Buffer.from(member),
      }));
    }),
  );
  return all.flat();
}

async function addReply(told: Told, { place, bytes }: Reply, reader: Reader, entry: Entry): Promise<void> {
  if (bytes.subarray(1, 4).toString() === 'HDF') await addNetcdf(told, place, bytes, { ...reader, ...entry });
  else if (/\.i16$|\/maps\//.test(place)) {
    const values = new Int16Array(Uint8Array.from(bytes).buffer);
    addField(told, place, { values, missing: MISSING_RAW, sent: entry.sent });
  } else addNumbers(told, place, contentOf(bytes));
}

/** JSON as its value, any other text as its lines. */
function contentOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(String(bytes)) as unknown;
  } catch {
    return String(bytes).split('\n');
  }
}

async function addNetcdf(
  told: Told,
  place: string,
  bytes: Buffer,
  { workFolder, id, sent }: Reader & Entry,
): Promise<void> {
  const file = path.join(workFolder, `${id}-told.nc`);
  await fs.writeFile(file, bytes);
  const opened = await openNetcdf(file);
  addNumbers(told, place, opened.attributes);
  for (const { name, type, shape, attributes } of opened.variables) {
    addNumbers(told, `${place} ${name}`, attributes);
    if (type === 'string' || shape.length === 0) continue;
    const start = shape.map(() => 0);
    const values = Float64Array.from(await opened.readSlab(name, start, shape), Number);
    const [missing] = [attributes['_FillValue']].flat();
    addField(told, `${place} ${name}`, { values, missing, sent });
  }
  opened.close();
  await fs.rm(file);
}

/** How large the values are, how many are missing and where, and what of the map that was sent does not follow from them. */
function addField(
  told: Told,
  place: string,
  { values, missing, sent }: { values: ArrayLike<number>; missing: unknown; sent: Float64Array },
): void {
  const indices = Array.from({ length: values.length }, (_, index) => index);
  const isMissing = (index: number) => !Number.isFinite(values[index]) || values[index] === missing;
  const present = indices.filter((index) => !isMissing(index));
  const holes = indices.filter(isMissing);
  const mean = (of: readonly number[], value: (index: number) => number) =>
    of.reduce((sum, index) => sum + value(index), 0) / Math.max(1, of.length);
  addNumbers(told, place, {
    meanSquare: mean(present, (index) => values[index]! ** 2),
    holes: holes.length,
    holesAt: mean(holes, (index) => index),
  });
  if (values.length !== sent.length) return;
  const [own, theirs] = [mean(present, (index) => sent[index]!), mean(present, (index) => values[index]!)];
  const product = (one: ArrayLike<number>, a: number, other: ArrayLike<number>, b: number) =>
    mean(present, (index) => (one[index]! - a) * (other[index]! - b));
  const explained = product(sent, own, values, theirs) ** 2 / product(values, theirs, values, theirs);
  addNumbers(told, place, { unlikeSent: product(sent, own, sent, own) - explained });
}

/** Also what is true or false, and numbers within text. */
function addNumbers(told: Told, place: string, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    told.set(place, Number(value));
  else if (typeof value === 'string')
    for (const [index, text] of (value.match(/-?\d+\.\d+/g) ?? []).entries())
      told.set(`${place} "${index}"`, Number(text));
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) addNumbers(told, `${place}.${key}`, part);
}

/** Of a reply about many entries what stands beside the name of this one, wherever in a list that is. */
function addNamed(told: Told, place: string, value: unknown, entry: Entry): void {
  if (typeof value !== 'object' || value === null) return;
  const names = (part: unknown): part is string =>
    typeof part === 'string' && (part.includes(entry.id) || part.includes(entry.evaluationId));
  if (Array.isArray(value)) {
    for (const part of value) (names(part) ? addNumbers : addNamed)(told, place, part, entry);
  } else if (Object.values(value).some(names)) addNumbers(told, place, value);
  else for (const [key, part] of Object.entries(value)) addNamed(told, `${place}.${key}`, part, entry);
}
