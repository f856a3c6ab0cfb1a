import { textOf, viewOf } from '../checkpoint-bytes.js';
import { CheckpointError, COPY_AGAIN, quoted, SAVE_STATE_DICT } from '../checkpoint-error.js';
import type { CheckpointLimits } from '../checkpoint-limits.js';
import { isDangerousGlobal } from './dangerous-globals.js';
import { applyState, callGlobal, isKnownGlobal, readStorageId } from './known-globals.js';
import {
  globalName,
  isKind,
  makeStub,
  type PickleGlobal,
  type PickleStorage,
  type PickleTuple,
  type PickleValue,
} from './pickle-value.js';
import { Op, opcodeName } from './opcodes.js';

export type PickleReading = {
  value: PickleValue;
  /** Position after the final STOP. */
  end: number;
};

const MAX_LINE_BYTES = 4096; // of the text opcodes of protocol 0: numbers and names
const MAX_INTEGER_BYTES = 64; // the longest honest integer, the magic number of torch, has 10
const MAX_NAME_CHARACTERS = 500; // of a class with its module
const MAX_FOREIGN_GLOBALS = 1000;
const EMPTY_TUPLE: PickleTuple = { kind: 'tuple', items: [] };

/**
 * Reads the pickles of one file without ever importing or calling anything: opcodes of protocols 0 to 5 build inert data.
 * The bounds on opcodes and objects count over all pickles of the reader.
 *
 * Source: the opcode table of CPython's Lib/pickletools.py.
 * Differs: classes and functions stay names, calls become stubs; extension codes and out-of-band buffers are refused.
 */
export class PickleReader {
  /** Names that the file mentions and that this package does not interpret. */
  readonly foreignGlobals = new Set<string>();
  /** Storages that persistent ids refer to, by key. */
  readonly storages = new Map<string, PickleStorage>();

  private readonly view: DataView;
  private position = 0;
  private stack: PickleValue[] = [];
  private marks: number[] = [];
  private memo = new Map<number, PickleValue>();
  private opcodeCount = 0;
  private objectCount = 0;
  private copiedBytes = 0;
  private opcodeAt = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: CheckpointLimits,
    /** What the bytes are called in messages. */
    private readonly where: string,
  ) {
    this.view = viewOf(bytes);
  }

  /**
   * Reads the pickle that starts at `offset`.
   *
   * @throws CheckpointError 'malformed-pickle', 'unsupported-opcode', 'dangerous-global', 'too-complex', 'truncated',
   *   'malformed-tensor'.
   */
  read(offset: number): PickleReading {
    this.position = offset;
    this.stack = [];
    this.marks = [];
    this.memo = new Map();
    for (;;) {
      this.opcodeAt = this.position;
      if (++this.opcodeCount > this.limits.maxOpcodes)
        throw this.tooComplex('opcodes', this.limits.maxOpcodes);
      const opcode = this.bytes[this.take(1)]!;
      if (opcode === Op.STOP) {
        const value = this.pop();
        if (this.stack.length > 0 || this.marks.length > 0)
          throw this.malformed('it stops with unfinished values on its stack');
        return { value, end: this.position };
      }
      this.execute(opcode);
    }
  }

  private execute(opcode: number): void {
    switch (opcode) {
      case Op.PROTO: {
        const protocol = this.bytes[this.take(1)]!;
        if (protocol > 5) throw this.malformed(`it claims protocol ${protocol}; 0 to 5 exist`);
        return;
      }
      case Op.FRAME:
        this.take(8); // the length of a frame is a hint for streams
        return;

      case Op.NONE:
        return this.push(null);
      case Op.NEWTRUE:
        return this.push(true);
      case Op.NEWFALSE:
        return this.push(false);
      case Op.BININT:
        return this.push(this.view.getInt32(this.take(4), true));
      case Op.BININT1:
        return this.push(this.bytes[this.take(1)]!);
      case Op.BININT2:
        return this.push(this.view.getUint16(this.take(2), true));
      case Op.LONG1:
        return this.push(this.integer(this.bytes[this.take(1)]!));
      case Op.LONG4:
        return this.push(this.integer(this.view.getUint32(this.take(4), true)));
      case Op.BINFLOAT:
        return this.push(this.view.getFloat64(this.take(8), false));
      case Op.INT:
        return this.push(this.integerText(this.line()));
      case Op.LONG:
        return this.push(this.integerText(this.line().replace(/L$/, '')));
      case Op.FLOAT:
        return this.push(this.floatText(this.line()));

      case Op.BINUNICODE:
        return this.push(this.text(this.view.getUint32(this.take(4), true)));
      case Op.SHORT_BINUNICODE:
        return this.push(this.text(this.bytes[this.take(1)]!));
      case Op.BINUNICODE8:
        return this.push(this.text(this.length64()));
      case Op.UNICODE:
        return this.push(unescaped(this.line()));
      case Op.STRING:
        return this.push(this.quotedText(this.line()));
      case Op.BINSTRING:
        return this.push(this.text(this.view.getUint32(this.take(4), true), latin1));
      case Op.SHORT_BINSTRING:
        return this.push(this.text(this.bytes[this.take(1)]!, latin1));
      case Op.BINBYTES:
        return this.pushBytes(this.view.getUint32(this.take(4), true));
      case Op.SHORT_BINBYTES:
        return this.pushBytes(this.bytes[this.take(1)]!);
      case Op.BINBYTES8:
      case Op.BYTEARRAY8:
        return this.pushBytes(this.length64());

      case Op.MARK:
        if (this.marks.length >= this.limits.maxMarks)
          throw this.tooComplex('nested literals', this.limits.maxMarks);
        this.marks.push(this.stack.length);
        return;
      case Op.POP:
        if (this.stack.length > this.fence()) this.stack.pop();
        else if (this.marks.pop() === undefined) throw this.malformed('it takes a value from an empty stack');
        return;
      case Op.POP_MARK:
        this.popMark();
        return;
      case Op.DUP:
        return this.push(this.top());

      case Op.EMPTY_TUPLE:
        return this.push(EMPTY_TUPLE);
      case Op.TUPLE:
        return this.pushTuple(this.popMark());
      case Op.TUPLE1:
        return this.pushTuple([this.pop()]);
      case Op.TUPLE2: {
        const second = this.pop();
        return this.pushTuple([this.pop(), second]);
      }
      case Op.TUPLE3: {
        const third = this.pop();
        const second = this.pop();
        return this.pushTuple([this.pop(), second, third]);
      }
      case Op.EMPTY_LIST:
        this.countObject();
        return this.push({ kind: 'list', items: [] });
      case Op.LIST:
        this.countObject();
        return this.push({ kind: 'list', items: this.popMark() });
      case Op.APPEND: {
        const value = this.pop();
        return this.append(this.top(), [value]);
      }
      case Op.APPENDS: {
        const values = this.popMark();
        return this.append(this.top(), values);
      }
      case Op.EMPTY_DICT:
        this.countObject();
        return this.push({ kind: 'dict', items: new Map() });
      case Op.DICT: {
        const values = this.popMark();
        this.countObject();
        this.push({ kind: 'dict', items: new Map() });
        return this.setItems(this.top(), values);
      }
      case Op.SETITEM: {
        const value = this.pop();
        const key = this.pop();
        return this.setItems(this.top(), [key, value]);
      }
      case Op.SETITEMS: {
        const values = this.popMark();
        return this.setItems(this.top(), values);
      }
      case Op.EMPTY_SET:
        this.countObject();
        return this.push({ kind: 'set', items: new Set() });
      case Op.FROZENSET:
        this.countObject();
        return this.push({ kind: 'set', items: new Set(this.popMark()) });
      case Op.ADDITEMS: {
        const values = this.popMark();
        return this.append(this.top(), values);
      }

      case Op.GET:
        return this.push(this.recall(this.integerText(this.line())));
      case Op.BINGET:
        return this.push(this.recall(this.bytes[this.take(1)]!));
      case Op.LONG_BINGET:
        return this.push(this.recall(this.view.getUint32(this.take(4), true)));
      case Op.PUT:
        return this.memorise(this.integerText(this.line()));
      case Op.BINPUT:
        return this.memorise(this.bytes[this.take(1)]!);
      case Op.LONG_BINPUT:
        return this.memorise(this.view.getUint32(this.take(4), true));
      case Op.MEMOIZE:
        return this.memorise(this.memo.size);

      case Op.GLOBAL: {
        const module = this.line();
        return this.push(this.global(module, this.line()));
      }
      case Op.STACK_GLOBAL: {
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string')
          throw this.malformed('it names a class by something that is not text');
        return this.push(this.global(module, name));
      }
      case Op.REDUCE:
      case Op.NEWOBJ: {
        const args = this.pop();
        return this.push(this.call(this.pop(), args));
      }
      case Op.NEWOBJ_EX: {
        const keywords = this.pop();
        const args = this.pop();
        const made = this.call(this.pop(), args);
        if (isKind(made, 'stub') && made.state === null) made.state = keywords;
        return this.push(made);
      }
      case Op.OBJ: {
        const [callee, ...args] = this.popMark();
        return this.push(this.call(callee ?? null, { kind: 'tuple', items: args }));
      }
      case Op.INST: {
        const module = this.line();
        const callee = this.global(module, this.line());
        return this.push(this.call(callee, { kind: 'tuple', items: this.popMark() }));
      }
      case Op.BUILD: {
        const state = this.pop();
        const target = this.top();
        if (isKind(target, 'tuple') || typeof target !== 'object' || target === null)
          throw this.malformed('it sets the state of a value that has none');
        return applyState(target, state);
      }
      case Op.BINPERSID: {
        const storage = readStorageId(this.pop());
        if (typeof storage === 'string') throw this.malformed(storage);
        this.countObject();
        if (isKind(storage, 'storage')) this.noteStorage(storage);
        return this.push(storage);
      }
      default:
        throw new CheckpointError({
          code: 'unsupported-opcode',
          where: this.place(),
          found: `opcode ${opcodeName(opcode)}`,
          expected: 'the opcodes that torch.save writes',
          fix: `${COPY_AGAIN} ${SAVE_STATE_DICT}`,
        });
    }
  }

  private take(lengthBytes: number): number {
    const at = this.position;
    if (at + lengthBytes > this.bytes.length) {
      throw new CheckpointError({
        code: 'truncated',
        where: this.place(),
        found: `${lengthBytes} bytes are announced, ${this.bytes.length - at} are left`,
        expected: 'a complete pickle',
        fix: COPY_AGAIN,
      });
    }
    this.position = at + lengthBytes;
    return at;
  }

  private block(lengthBytes: number): Uint8Array {
    const at = this.take(lengthBytes);
    return this.bytes.subarray(at, at + lengthBytes);
  }

  /** A text; a note of its length in its place beyond the limit: NumPy arrays are written as texts, and none of them is a weight. */
  private text(lengthBytes: number, decode = textOf): string {
    const bytes = this.block(lengthBytes);
    return lengthBytes > this.limits.maxTextBytes ? `<text of ${lengthBytes} bytes>` : decode(bytes);
  }

  private length64(): number {
    const at = this.take(8);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32;
  }

  private line(): string {
    const end = this.bytes.indexOf(10, this.position);
    const lengthBytes = (end < 0 ? this.bytes.length : end) - this.position;
    if (lengthBytes > MAX_LINE_BYTES) throw this.malformed('a line of text does not end');
    const at = this.take(lengthBytes + 1);
    return textOf(this.bytes.subarray(at, at + lengthBytes));
  }

  private integer(lengthBytes: number): number | bigint {
    if (lengthBytes > MAX_INTEGER_BYTES) throw this.malformed(`an integer of ${lengthBytes} bytes`);
    const at = this.take(lengthBytes);
    let value = 0n;
    for (let i = lengthBytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]!);
    return shortest(BigInt.asIntN(8 * lengthBytes, value));
  }

  private integerText(line: string): number | bigint | boolean {
    if (line === '00' || line === '01') return line === '01'; // how protocol 0 writes False and True
    const text = line.trim();
    if (!/^[+-]?\d{1,600}$/.test(text)) throw this.malformed(`${quoted(line)} is not an integer`);
    return shortest(BigInt(text.replace(/^\+/, '')));
  }

  private floatText(line: string): number {
    const named = { inf: Infinity, '-inf': -Infinity, nan: NaN }[line.trim().toLowerCase()];
    if (named !== undefined) return named;
    const value = Number(line);
    if (line.trim() === '' || Number.isNaN(value)) throw this.malformed(`${quoted(line)} is not a number`);
    return value;
  }

  private quotedText(line: string): string {
    const text = line.trim();
    if (text.length < 2 || !/^(['"]).*\1$/s.test(text))
      throw this.malformed('a text without its quotation marks');
    return unescaped(text.slice(1, -1));
  }

  private push(value: PickleValue): void {
    if (this.stack.length >= this.limits.maxStackDepth)
      throw this.tooComplex('values on its stack', this.limits.maxStackDepth);
    this.stack.push(value);
  }

  private pushBytes(lengthBytes: number): void {
    this.countObject();
    this.push(this.block(lengthBytes));
  }

  private pushTuple(items: PickleValue[]): void {
    this.countObject();
    this.push({ kind: 'tuple', items });
  }

  private fence(): number {
    return this.marks.at(-1) ?? 0;
  }

  private top(): PickleValue {
    if (this.stack.length <= this.fence()) throw this.malformed('it uses a value that is not on its stack');
    return this.stack.at(-1)!;
  }

  private pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.malformed('it closes a literal that it never opened');
    return this.stack.splice(mark);
  }

  private recall(index: number | bigint | boolean): PickleValue {
    const value = typeof index === 'number' ? this.memo.get(index) : undefined;
    if (value === undefined) throw this.malformed(`it recalls value ${index}, which it never noted`);
    return value;
  }

  private memorise(index: number | bigint | boolean): void {
    if (typeof index !== 'number' || index < 0) throw this.malformed(`it notes a value under ${index}`);
    if (this.memo.size >= this.limits.maxMemoEntries)
      throw this.tooComplex('noted values', this.limits.maxMemoEntries);
    this.memo.set(index, this.top());
  }

  private append(target: PickleValue, values: PickleValue[]): void {
    if (isKind(target, 'set')) {
      for (const value of values) target.items.add(value);
      return;
    }
    const list = isKind(target, 'stub') ? (target.appended ??= { kind: 'list', items: [] }) : target;
    if (!isKind(list, 'list')) throw this.malformed('it appends to something that is not a list');
    for (const value of values) list.items.push(value);
  }

  private setItems(target: PickleValue, values: PickleValue[]): void {
    if (values.length % 2 !== 0) throw this.malformed('a dictionary has a key without a value');
    const dict = isKind(target, 'stub') ? (target.entries ??= { kind: 'dict', items: new Map() }) : target;
    if (!isKind(dict, 'dict')) throw this.malformed('it sets an item of something that is not a dictionary');
    for (let i = 0; i < values.length; i += 2) dict.items.set(values[i]!, values[i + 1]!);
  }

  private global(module: string, name: string): PickleGlobal {
    this.countObject();
    if (module.length + name.length > MAX_NAME_CHARACTERS)
      throw this.malformed(`it names a class by ${module.length + name.length} characters`);
    const found: PickleGlobal = { kind: 'global', module, name };
    if (isDangerousGlobal(module, name)) {
      throw new CheckpointError({
        code: 'dangerous-global',
        where: this.place(),
        found: `it names ${quoted(globalName(found))}, which could run programs or read files where it is loaded with torch.load`,
        expected: 'a checkpoint that holds data only (nothing of this one was executed)',
        fix: `Do not open this file with torch.load. ${SAVE_STATE_DICT}`,
      });
    }
    if (!isKnownGlobal(module, name) && this.foreignGlobals.size < MAX_FOREIGN_GLOBALS)
      this.foreignGlobals.add(globalName(found));
    return found;
  }

  private call(callee: PickleValue, args: PickleValue): PickleValue {
    if (!isKind(args, 'tuple'))
      throw this.malformed('it calls something with arguments that are not a tuple');
    if (!isKind(callee, 'global') && !isKind(callee, 'stub'))
      throw this.malformed('it calls something that is neither a class nor a function');
    this.countObject();
    if (isKind(callee, 'global')) {
      this.countCopies(args.items[0]);
      const known = callGlobal(callee, args.items);
      if (known !== undefined) return known;
    }
    return makeStub(callee, args);
  }

  /** Calls such as `list(x)` walk over what they are given, so a short pickle could make much work of little. */
  private countCopies(source: PickleValue | undefined): void {
    if (typeof source === 'string') this.copiedBytes += source.length;
    else if (isKind(source, 'list') || isKind(source, 'tuple')) this.objectCount += source.items.length;
    else if (isKind(source, 'dict') || isKind(source, 'set')) this.objectCount += source.items.size;
    if (this.copiedBytes > this.limits.maxStructureBytes)
      throw this.tooComplex('bytes of encoded text', this.limits.maxStructureBytes);
    if (this.objectCount > this.limits.maxObjects) throw this.tooComplex('objects', this.limits.maxObjects);
  }

  private noteStorage(storage: PickleStorage): void {
    const known = this.storages.get(storage.key);
    if (known === undefined) this.storages.set(storage.key, storage);
    else if (known.typeName !== storage.typeName || known.elementCount !== storage.elementCount)
      throw this.malformed(`storage ${quoted(storage.key)} is declared twice, in different ways`);
  }

  private countObject(): void {
    if (++this.objectCount > this.limits.maxObjects) throw this.tooComplex('objects', this.limits.maxObjects);
  }

  private place(): string {
    return `${this.where}, byte ${this.opcodeAt}`;
  }

  private malformed(found: string): CheckpointError {
    return new CheckpointError({
      code: 'malformed-pickle',
      where: this.place(),
      found,
      expected: 'a pickle as torch.save writes it',
      fix: `${COPY_AGAIN} ${SAVE_STATE_DICT}`,
    });
  }

  private tooComplex(what: string, limit: number): CheckpointError {
    return new CheckpointError({
      code: 'too-complex',
      where: this.place(),
      found: `more than ${limit} ${what}`,
      expected: `at most ${limit}`,
      fix: SAVE_STATE_DICT,
    });
  }
}

function shortest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const LATIN1 = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += LATIN1[byte];
  return text;
}

/** The escapes that protocol 0 uses in texts. */
function unescaped(text: string): string {
  return text.replace(
    /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[\\'"nrt])/g,
    (whole, escape: string) => {
      const simple = { n: '\n', r: '\r', t: '\t' }[escape];
      if (simple !== undefined) return simple;
      if (escape.length === 1) return escape;
      const code = Number.parseInt(escape.slice(1), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
