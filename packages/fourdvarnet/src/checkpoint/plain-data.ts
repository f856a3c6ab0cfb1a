import type { PlainData } from './checkpoint.js';
import type { CheckpointLimits } from './checkpoint-limits.js';
import {
  globalName,
  isKind,
  type PickleStub,
  type PickleTensor,
  type PickleValue,
} from './pickle/pickle-value.js';
import { singleNumber, withReadBudget, type StorageReader } from './single-number.js';

export type PlainCopy = { data: PlainData; wasCutShort: boolean };

const MAX_TEXT_CHARACTERS = 10_000; // of one text
const MAX_ALL_CHARACTERS = 1_000_000; // of all, keys included
const LEFT_OUT = '<left out>';

/**
 * Copies what a pickle describes into plain data. Objects of unknown classes become their name in angle brackets; those in which
 * scripts keep their settings, omegaconf's containers and argparse's namespaces, are opened, and so are arrays of a single number.
 * Values that are shared are copied each time, and values may contain themselves: the limits bound both.
 *
 * @param storages - where tensors of a single number are read.
 */
export function plainData(value: PickleValue, limits: CheckpointLimits, storages: StorageReader): PlainCopy {
  const copier = new PlainCopier(limits, storages);
  const data = copier.copy(value, 0);
  return { data, wasCutShort: copier.wasCutShort };
}

class PlainCopier {
  wasCutShort = false;
  private valueCount = 0;
  private characterCount = 0;

  private readonly storages: StorageReader;

  constructor(
    private readonly limits: CheckpointLimits,
    storages: StorageReader,
  ) {
    this.storages = withReadBudget(storages);
  }

  copy(value: PickleValue, depth: number): PlainData {
    if (++this.valueCount > this.limits.maxPlainValues || depth > this.limits.maxPlainDepth) {
      this.wasCutShort = true;
      return LEFT_OUT;
    }
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        return String(value);
      case 'boolean':
        return value;
      default:
        return value === null ? null : this.object(value, depth);
    }
  }

  private text(value: string): string {
    this.characterCount += Math.min(value.length, MAX_TEXT_CHARACTERS);
    if (this.characterCount > MAX_ALL_CHARACTERS) {
      this.wasCutShort = true;
      return LEFT_OUT;
    }
    if (value.length <= MAX_TEXT_CHARACTERS) return value;
    this.wasCutShort = true;
    return `${value.slice(0, MAX_TEXT_CHARACTERS)}…`;
  }

  private object(
    value: Exclude<PickleValue, null | boolean | number | bigint | string>,
    depth: number,
  ): PlainData {
    if (value instanceof Uint8Array) return `<${value.length} bytes>`;
    if (value.kind === 'tensor' || value.kind === 'stub') {
      const single = singleNumber(value, this.storages);
      if (single !== null) return this.copy(single, depth);
    }
    switch (value.kind) {
      case 'list':
      case 'tuple':
      case 'set':
        return this.items(value.items, depth);
      case 'dict':
        return this.dict(value.items, depth);
      case 'global':
        return this.text(`<${globalName(value)}>`);
      case 'stub':
        return this.stub(value, depth);
      case 'tensor':
        return tensorText(value);
      case 'storage':
        return this.text(`<${value.typeName}>`);
      case 'numpy-dtype':
        return this.text(`<numpy.dtype ${value.code}>`);
    }
  }

  private items(items: Iterable<PickleValue>, depth: number): PlainData[] {
    const copies: PlainData[] = [];
    for (const item of items) {
      copies.push(this.copy(item, depth + 1));
      if (this.valueCount > this.limits.maxPlainValues) break;
    }
    return copies;
  }

  private dict(items: ReadonlyMap<PickleValue, PickleValue>, depth: number): PlainData {
    const copies: [string, PlainData][] = [];
    for (const [key, value] of items) {
      copies.push([this.key(key), this.copy(value, depth + 1)]);
      if (this.valueCount > this.limits.maxPlainValues) break;
    }
    return Object.fromEntries(copies); // defines `__proto__` like any other key
  }

  private key(key: PickleValue): string {
    if (typeof key === 'string') return this.text(key);
    if (isKind(key, 'global')) return this.text(`<${globalName(key)}>`);
    if (isKind(key, 'stub')) return this.text(`<${key.name}>`);
    return key === null || typeof key !== 'object' ? String(key) : `<${'kind' in key ? key.kind : 'bytes'}>`;
  }

  private stub(stub: PickleStub, depth: number): PlainData {
    if (stub.name === 'argparse.Namespace' && isKind(stub.state, 'dict'))
      return this.dict(stub.state.items, depth);
    if (stub.name.startsWith('omegaconf.') && isKind(stub.state, 'dict')) {
      const content = stub.state.items.get('_content') ?? stub.state.items.get('_val');
      if (content !== undefined) return this.copy(content, depth + 1);
    }
    // Subclasses of dict and list, such as Lightning's AttributeDict, hold what was put into them.
    if (stub.entries !== null) return this.dict(stub.entries.items, depth);
    if (stub.appended !== null) return this.items(stub.appended.items, depth);
    return this.text(`<${stub.name}>`);
  }
}

function tensorText(tensor: PickleTensor): string {
  return `<tensor ${tensor.dtype ?? tensor.typeName} [${tensor.shape.slice(0, 8).join(', ')}]>`;
}
