import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.js';
import { inspectOnnx, NEWEST_OPSET, OLDEST_OPSET, ONNX_LIMITS } from './inspect-onnx.js';
import { ATTRIBUTE, GRAPH, MODEL, NODE, OPERATOR_SET, TENSOR, TYPE, VALUE_INFO } from './onnx-fields.js';
import { OnnxError } from './onnx-error.js';
import { onnxModel } from './onnx-model.js';

/** A protobuf message, written byte by byte: what no exporter would write must be writable here. */
function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(fields.flatMap((field) => [...field]));
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

const int = (field: number, value: number) => Uint8Array.from([...varint(field * 8), ...varint(value)]);
const bytes = (field: number, value: Uint8Array | string) => {
  const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length), ...content]);
};

const operatorSet = (version: number, domain = '') =>
  bytes(MODEL.opsetImport, message(bytes(OPERATOR_SET.domain, domain), int(OPERATOR_SET.version, version)));
const node = (operator: string, ...fields: readonly Uint8Array[]) =>
  bytes(GRAPH.node, message(bytes(NODE.opType, operator), ...fields));
const tensor = (...fields: readonly Uint8Array[]) =>
  message(bytes(TENSOR.name, 'w'), int(TENSOR.dataType, 1), int(TENSOR.dims, 2), ...fields);
const floats = (...values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

function model({
  graph = [],
  opset = 17,
  fields = [],
}: {
  graph?: Uint8Array[];
  opset?: number;
  fields?: Uint8Array[];
}) {
  return message(
    int(MODEL.irVersion, 8),
    bytes(MODEL.graph, message(...graph)),
    operatorSet(opset),
    ...fields,
  );
}

describe('inspectOnnx', () => {
  it('says what a network reads, returns and is made of', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 15, 8, 6]);
    const weight = g.constant('w', [4, 15, 3, 3], new Float32Array(540).fill(0.1));
    const bias = g.constant('b', [1, 4, 1, 1], new Float32Array(4).fill(0.2));
    const y = g.convolution(x, { weight, bias, padding: 1 });
    const summary = inspectOnnx(onnxModel(g.build({ y, z: g.tanh(y) })));
    expect(summary).toEqual({
      irVersion: 8,
      opset: 17,
      producer: 'sillage',
      inputs: [{ name: 'x', elementType: 'float32', dims: [1, 15, 8, 6] }],
      outputs: [
        { name: 'y', elementType: 'float32', dims: [1, 4, 8, 6] },
        { name: 'z', elementType: 'float32', dims: [1, 4, 8, 6] },
      ],
      operators: new Map([
        ['Conv', 1],
        ['Tanh', 1],
        ['Identity', 2],
      ]),
      parameterCount: 544,
    });
  });

  test.each([
    { name: 'text', file: new TextEncoder().encode('not a network'), code: 'not-onnx' },
    { name: 'nothing', file: new Uint8Array(0), code: 'not-onnx' },
    { name: 'a number without end', file: new Uint8Array(20).fill(0xff), code: 'not-onnx' },
    {
      name: 'an operator of another domain',
      file: model({ graph: [node('Relu', bytes(NODE.domain, 'com.microsoft'))] }),
      code: 'unsupported-operator',
    },
    {
      name: 'an operator that does not exist',
      file: model({ graph: [node('Reconstruct')] }),
      code: 'unsupported-operator',
    },
    { name: 'a loop', file: model({ graph: [node('Loop')] }), code: 'unsupported-operator' },
    {
      name: 'random numbers',
      file: model({ graph: [node('RandomNormalLike')] }),
      code: 'unsupported-operator',
    },
    {
      name: 'a subgraph',
      file: model({ graph: [node('Relu', bytes(NODE.attribute, bytes(ATTRIBUTE.graph, '')))] }),
      code: 'unsupported-operator',
    },
    {
      name: 'a function',
      file: model({ fields: [bytes(MODEL.functions, '')] }),
      code: 'unsupported-operator',
    },
    {
      name: 'operators that are too old',
      file: model({ opset: OLDEST_OPSET - 1 }),
      code: 'unsupported-operator-set',
    },
    {
      name: 'operators that are too new',
      file: model({ opset: NEWEST_OPSET + 1 }),
      code: 'unsupported-operator-set',
    },
    {
      name: 'no operator set of the standard',
      file: message(int(MODEL.irVersion, 8), bytes(MODEL.graph, ''), operatorSet(3, 'ai.onnx.ml')),
      code: 'unsupported-operator-set',
    },
    {
      name: 'weights in another file',
      file: model({ graph: [bytes(GRAPH.initializer, tensor(int(TENSOR.dataLocation, 1)))] }),
      code: 'external-data',
    },
    {
      name: 'weights in another file, in an attribute',
      file: model({
        graph: [
          node(
            'Constant',
            bytes(NODE.attribute, bytes(ATTRIBUTE.tensor, tensor(bytes(TENSOR.externalData, '')))),
          ),
        ],
      }),
      code: 'external-data',
    },
    {
      name: 'weights that are NaN',
      file: model({ graph: [bytes(GRAPH.initializer, tensor(bytes(TENSOR.rawData, floats(1, NaN))))] }),
      code: 'non-finite-weight',
    },
    {
      name: 'weights that are infinite, as float_data',
      file: model({
        graph: [bytes(GRAPH.initializer, tensor(bytes(TENSOR.floatData, floats(-Infinity, 1))))],
      }),
      code: 'non-finite-weight',
    },
    {
      name: 'fewer bytes than the shape needs',
      file: model({ graph: [bytes(GRAPH.initializer, tensor(bytes(TENSOR.rawData, floats(1))))] }),
      code: 'not-onnx',
    },
    {
      name: 'a shape beyond all bounds',
      file: model({
        graph: [bytes(GRAPH.initializer, tensor(int(TENSOR.dims, 2 ** 40), int(TENSOR.dims, 2 ** 40)))],
      }),
      code: 'too-large',
    },
    {
      name: 'strings',
      file: model({
        graph: [bytes(GRAPH.initializer, message(int(TENSOR.dataType, 8), bytes(TENSOR.stringData, 'a')))],
      }),
      code: 'unsupported-type',
    },
    {
      name: 'a sequence as input',
      file: model({
        graph: [
          bytes(
            GRAPH.input,
            message(bytes(VALUE_INFO.name, 'x'), bytes(VALUE_INFO.type, bytes(TYPE.sequenceType, ''))),
          ),
        ],
      }),
      code: 'unsupported-type',
    },
    {
      name: 'sparse weights',
      file: model({ graph: [bytes(GRAPH.sparseInitializer, '')] }),
      code: 'unsupported-type',
    },
    { name: 'a field of the future', file: model({ graph: [bytes(99, '')] }), code: 'unsupported-type' },
    {
      name: 'a thousand attributes',
      file: model({
        graph: [node('Relu', ...Array.from({ length: 1000 }, () => bytes(NODE.attribute, '')))],
      }),
      code: 'not-onnx',
    },
    {
      name: 'a thousand axes',
      file: model({
        graph: [bytes(GRAPH.initializer, tensor(bytes(TENSOR.dims, new Uint8Array(1000).fill(1))))],
      }),
      code: 'not-onnx',
    },
  ])('refuses $name: $code', ({ file, code }) => {
    expect(() => inspectOnnx(file)).toThrow(expect.objectContaining({ tag: 'onnx', code }));
  });

  it('takes a lone infinity, which a mask compares with', () => {
    const infinity = message(int(TENSOR.dataType, 1), bytes(TENSOR.rawData, floats(-Infinity)));
    expect(inspectOnnx(model({ graph: [bytes(GRAPH.initializer, infinity)] })).parameterCount).toBe(1);
  });

  it('finds halves that are NaN, raw and as integers', () => {
    const half = (...fields: Uint8Array[]) =>
      model({
        graph: [bytes(GRAPH.initializer, message(int(TENSOR.dataType, 10), int(TENSOR.dims, 1), ...fields))],
      });
    expect(inspectOnnx(half(int(TENSOR.int32Data, 0x3c00))).parameterCount).toBe(1);
    expect(() => inspectOnnx(half(int(TENSOR.int32Data, 0x7e00)))).toThrow('not a number');
    expect(() => inspectOnnx(half(bytes(TENSOR.rawData, Uint8Array.of(0x00, 0x7e))))).toThrow('not a number');
  });

  it('keeps to its limits', () => {
    const two = model({ graph: [node('Relu'), node('Relu')] });
    expect(inspectOnnx(two).operators).toEqual(new Map([['Relu', 2]]));
    expect(() => inspectOnnx(two, { ...ONNX_LIMITS, nodes: 1 })).toThrow('more than 1 operators');
    expect(() => inspectOnnx(two, { ...ONNX_LIMITS, bytes: 10 })).toThrow('at most 10 are taken');
  });

  it('refuses every file that is cut short', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 2, 3, 4]);
    const weight = g.constant('w', [2, 2, 1, 1], Float32Array.of(1, 2, 3, 4));
    const file = onnxModel(g.build({ y: g.relu(g.convolution(x, { weight })) }));
    for (let length = 0; length < file.length; length++) {
      expect(() => inspectOnnx(file.subarray(0, length)), `${length} bytes`).toThrow(
        expect.objectContaining({ tag: 'onnx' }),
      );
    }
  });

  it('answers any change of a byte with a summary or a reason', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 2, 3, 4]);
    const weight = g.constant('w', [2, 2, 1, 1], Float32Array.of(1, 2, 3, 4));
    const file = onnxModel(g.build({ y: g.averagePool(g.convolution(x, { weight }), 2) }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          const changed = Uint8Array.from(file);
          for (const [at, byte] of changes) changed[at] = byte;
          try {
            return inspectOnnx(changed).parameterCount >= 0;
          } catch (error) {
            return error instanceof OnnxError;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
