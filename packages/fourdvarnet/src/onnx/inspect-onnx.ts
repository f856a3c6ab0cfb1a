import {
  ATTRIBUTE,
  DATA_TYPES,
  DIMENSION,
  GRAPH,
  MODEL,
  NODE,
  OPERATOR_SET,
  TENSOR,
  TENSOR_SHAPE,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './onnx-fields.js';
import { OnnxError } from './onnx-error.js';
import { refusalOf, TAKEN_OPERATORS } from './onnx-operators.js';
import { checkFinite, checkLength, elementBytes } from './tensor-data.js';
import { wireFields, wireIntegers, type WireField } from './wire-fields.js';

export type OnnxLimits = {
  readonly bytes: number;
  readonly nodes: number;
  /** Numbers stored in the file. */
  readonly parameters: number;
};

export const ONNX_LIMITS: OnnxLimits = { bytes: 512 * 2 ** 20, nodes: 50_000, parameters: 200_000_000 };

/** Of the operator sets that the installed ONNX Runtime executes. */
export const OLDEST_OPSET = 9;
export const NEWEST_OPSET = 24;

const LARGEST_RANK = 32;
/** Attributes of an operator, pieces of a tensor: a file of millions would fill the memory with views of it. */
const MOST_PARTS = 100;

export type OnnxPort = {
  readonly name: string;
  readonly elementType: string;
  /** A length, the name of one that is free, or null for one that is free and has no name; null: not even how many. */
  readonly dims: readonly (number | string | null)[] | null;
};

export type OnnxSummary = {
  readonly irVersion: number;
  readonly opset: number;
  /** The program that wrote the file, e.g. `pytorch 2.6.0`; empty if it does not say. */
  readonly producer: string;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Operator → how often it occurs. */
  readonly operators: ReadonlyMap<string, number>;
  /** Floating-point numbers that are stored in the file. */
  readonly parameterCount: number;
};

/**
 * Reads what an ONNX file contains without executing or allocating anything that the file asks for, and refuses what a
 * submission must not contain: operators that are not of the standard domain or not of {@link TAKEN_OPERATORS}, functions and
 * subgraphs, data in other files, anything but dense tensors of numbers, weights that are not finite, and fields that this
 * reader does not know, since ONNX Runtime may.
 *
 * @throws {@link OnnxError}
 */
export function inspectOnnx(bytes: Uint8Array, limits: OnnxLimits = ONNX_LIMITS): OnnxSummary {
  if (bytes.length > limits.bytes) {
    throw new OnnxError('too-large', `the file has ${bytes.length} bytes; at most ${limits.bytes} are taken`);
  }
  return new Inspection(limits).model(bytes);
}

class Inspection {
  readonly #limits: OnnxLimits;
  readonly #operators = new Map<string, number>();
  readonly #inputs: OnnxPort[] = [];
  readonly #outputs: OnnxPort[] = [];
  readonly #initializers = new Set<string>();
  #nodeCount = 0;
  #stored = 0;
  #parameterCount = 0;
  #opset: number | null = null;

  constructor(limits: OnnxLimits) {
    this.#limits = limits;
  }

  model(bytes: Uint8Array): OnnxSummary {
    let irVersion = 0;
    let graphs = 0;
    const producer = { name: '', version: '' };
    for (const field of wireFields(bytes)) {
      switch (field.number) {
        case MODEL.irVersion:
          irVersion = integer(field, 'ModelProto');
          break;
        case MODEL.producerName:
          producer.name = text(field, 'ModelProto');
          break;
        case MODEL.producerVersion:
          producer.version = text(field, 'ModelProto');
          break;
        case MODEL.graph:
          graphs++;
          this.#graph(message(field, 'ModelProto'));
          break;
        case MODEL.opsetImport:
          this.#operatorSet(message(field, 'ModelProto'));
          break;
        case MODEL.domain:
        case MODEL.modelVersion:
        case MODEL.docString:
        case MODEL.metadataProps:
          break;
        case MODEL.functions:
          throw new OnnxError(
            'unsupported-operator',
            'the file defines functions; only operators of the standard are taken: inline them (onnx.inliner.inline_local_functions)',
          );
        case MODEL.trainingInfo:
          throw new OnnxError(
            'unsupported-type',
            'the file holds training information; export the network for inference',
          );
        default:
          throw unknownField(field, 'ModelProto');
      }
    }
    if (graphs !== 1 || irVersion < 3) {
      throw new OnnxError(
        'not-onnx',
        `the file is not ONNX: it has IR version ${irVersion} and ${graphs} graphs`,
      );
    }
    if (this.#opset === null) {
      throw new OnnxError(
        'unsupported-operator-set',
        'the file does not say which version of the standard operators it uses',
      );
    }
    return {
      irVersion,
      opset: this.#opset,
      producer: `${producer.name} ${producer.version}`.trim(),
      inputs: this.#inputs.filter(({ name }) => !this.#initializers.has(name)),
      outputs: this.#outputs,
      operators: this.#operators,
      parameterCount: this.#parameterCount,
    };
  }

  #operatorSet(bytes: Uint8Array): void {
    let domain = '';
    let version = 0;
    for (const field of wireFields(bytes)) {
      if (field.number === OPERATOR_SET.domain) domain = text(field, 'OperatorSetIdProto');
      else if (field.number === OPERATOR_SET.version) version = integer(field, 'OperatorSetIdProto');
      else throw unknownField(field, 'OperatorSetIdProto');
    }
    // A set of another domain does no harm as long as no node uses it, and exporters name some out of habit.
    if (!isStandard(domain)) return;
    if (version < OLDEST_OPSET || version > NEWEST_OPSET) {
      throw new OnnxError(
        'unsupported-operator-set',
        `the file uses operators of version ${version}; versions ${OLDEST_OPSET} to ${NEWEST_OPSET} are taken: ` +
          'export it with opset_version=17, say',
      );
    }
    this.#opset = version;
  }

  #graph(bytes: Uint8Array): void {
    for (const field of wireFields(bytes)) {
      switch (field.number) {
        case GRAPH.node:
          this.#node(message(field, 'GraphProto'));
          break;
        case GRAPH.initializer:
          this.#initializers.add(this.#tensor(message(field, 'GraphProto'), 'an initializer'));
          break;
        case GRAPH.input:
          this.#inputs.push(port(message(field, 'GraphProto')));
          break;
        case GRAPH.output:
          this.#outputs.push(port(message(field, 'GraphProto')));
          break;
        case GRAPH.valueInfo:
          port(message(field, 'GraphProto'));
          break;
        case GRAPH.name:
        case GRAPH.docString:
        case GRAPH.quantizationAnnotation:
        case GRAPH.metadataProps:
          break;
        case GRAPH.sparseInitializer:
          throw new OnnxError('unsupported-type', 'the file stores sparse tensors; store them densely');
        default:
          throw unknownField(field, 'GraphProto');
      }
      if (this.#inputs.length + this.#outputs.length + this.#initializers.size > this.#limits.nodes) {
        throw new OnnxError(
          'too-large',
          `the network has more than ${this.#limits.nodes} inputs, outputs and tensors`,
        );
      }
    }
  }

  #node(bytes: Uint8Array): void {
    this.#nodeCount++;
    if (this.#nodeCount > this.#limits.nodes) {
      throw new OnnxError('too-large', `the network has more than ${this.#limits.nodes} operators`);
    }
    let operator = '';
    const attributes: Uint8Array[] = [];
    for (const field of wireFields(bytes)) {
      switch (field.number) {
        case NODE.opType:
          operator = text(field, 'NodeProto');
          break;
        case NODE.domain: {
          const domain = text(field, 'NodeProto');
          if (isStandard(domain)) break;
          throw new OnnxError(
            'unsupported-operator',
            `the network uses an operator of the domain '${shortened(domain)}'; only operators of the standard domain are taken`,
          );
        }
        case NODE.attribute:
          if (attributes.push(message(field, 'NodeProto')) > MOST_PARTS) {
            throw new OnnxError('not-onnx', `an operator has more than ${MOST_PARTS} attributes`);
          }
          break;
        case NODE.input:
        case NODE.output:
        case NODE.name:
        case NODE.docString:
        case NODE.metadataProps:
          break;
        default:
          throw unknownField(field, 'NodeProto');
      }
    }
    if (!TAKEN_OPERATORS.has(operator)) {
      throw new OnnxError(
        'unsupported-operator',
        `the network uses the operator '${shortened(operator)}': ${refusalOf(operator)}`,
      );
    }
    this.#operators.set(operator, (this.#operators.get(operator) ?? 0) + 1);
    for (const attribute of attributes) this.#attribute(attribute, operator);
  }

  #attribute(bytes: Uint8Array, operator: string): void {
    for (const field of wireFields(bytes)) {
      switch (field.number) {
        case ATTRIBUTE.tensor:
        case ATTRIBUTE.tensors:
          this.#tensor(message(field, 'AttributeProto'), `an attribute of ${operator}`);
          break;
        case ATTRIBUTE.name:
        case ATTRIBUTE.float:
        case ATTRIBUTE.int:
        case ATTRIBUTE.text:
        case ATTRIBUTE.floats:
        case ATTRIBUTE.ints:
        case ATTRIBUTE.texts:
        case ATTRIBUTE.docString:
        case ATTRIBUTE.type:
          break;
        case ATTRIBUTE.graph:
        case ATTRIBUTE.graphs:
          throw new OnnxError('unsupported-operator', `${operator} has a subgraph: ${refusalOf('If')}`);
        case ATTRIBUTE.sparseTensor:
        case ATTRIBUTE.sparseTensors:
        case ATTRIBUTE.typeProto:
        case ATTRIBUTE.typeProtos:
          throw new OnnxError(
            'unsupported-type',
            `${operator} has an attribute that is no dense tensor of numbers`,
          );
        default:
          throw unknownField(field, 'AttributeProto');
      }
    }
  }

  /** @returns its name. */
  #tensor(bytes: Uint8Array, what: string): string {
    const dims: bigint[] = [];
    const data: WireField[] = [];
    let type = 0;
    let name = '';
    for (const field of wireFields(bytes)) {
      switch (field.number) {
        case TENSOR.dims:
          for (const dim of wireIntegers(field)) {
            if (dims.push(dim) > LARGEST_RANK) throw tooManyAxes();
          }
          break;
        case TENSOR.dataType:
          type = integer(field, 'TensorProto');
          break;
        case TENSOR.name:
          name = text(field, 'TensorProto');
          break;
        case TENSOR.externalData:
          throw externalData(name);
        case TENSOR.dataLocation:
          if (integer(field, 'TensorProto') !== 0) throw externalData(name);
          break;
        case TENSOR.rawData:
        case TENSOR.floatData:
        case TENSOR.int32Data:
        case TENSOR.int64Data:
        case TENSOR.doubleData:
        case TENSOR.uint64Data:
          if (data.push(field) > MOST_PARTS) {
            throw new OnnxError('not-onnx', `${what} stores its numbers in more than ${MOST_PARTS} pieces`);
          }
          break;
        case TENSOR.docString:
        case TENSOR.metadataProps:
          break;
        case TENSOR.stringData:
        case TENSOR.segment:
          throw new OnnxError('unsupported-type', `${what} is no whole tensor of numbers`);
        default:
          throw unknownField(field, 'TensorProto');
      }
    }
    const label = name === '' ? what : `tensor '${shortened(name)}'`;
    const typeName = DATA_TYPES.get(type);
    if (typeName === undefined || elementBytes(typeName) === null) {
      throw new OnnxError(
        'unsupported-type',
        `${label} holds ${typeName ?? `type ${type}`}; only numbers and bool are taken`,
      );
    }
    const count = this.#countOf(dims, label);
    checkLength({ label, typeName, count, data });
    checkFinite({ label, typeName, count, data });
    if (/float/.test(typeName)) this.#parameterCount += count;
    return name;
  }

  #countOf(dims: readonly bigint[], label: string): number {
    let count = 1n;
    for (const dim of dims) {
      if (dim < 0n) throw new OnnxError('not-onnx', `${label} has an axis of length ${dim}`);
      count *= dim;
    }
    if (count + BigInt(this.#stored) > BigInt(this.#limits.parameters)) {
      throw new OnnxError('too-large', `the file stores more than ${this.#limits.parameters} numbers`);
    }
    this.#stored += Number(count);
    return Number(count);
  }
}

/** @throws {@link OnnxError} `unsupported-type` if it is no tensor of numbers. */
function port(bytes: Uint8Array): OnnxPort {
  let name = '';
  let elementType: string | null = null;
  let dims: OnnxPort['dims'] = null;
  for (const field of wireFields(bytes)) {
    if (field.number === VALUE_INFO.name) name = text(field, 'ValueInfoProto');
    else if (field.number === VALUE_INFO.type) {
      for (const kind of wireFields(message(field, 'ValueInfoProto'))) {
        if (kind.number === TYPE.denotation) continue;
        if (kind.number !== TYPE.tensorType)
          throw noTensor(name, 'a sequence, map, optional or sparse tensor');
        for (const part of wireFields(message(kind, 'TypeProto'))) {
          if (part.number === TENSOR_TYPE.elementType) {
            const code = integer(part, 'TypeProto.Tensor');
            elementType = DATA_TYPES.get(code) ?? `type ${code}`;
          } else if (part.number === TENSOR_TYPE.shape) dims = dimensions(message(part, 'TypeProto.Tensor'));
          else throw unknownField(part, 'TypeProto.Tensor');
        }
      }
    } else if (field.number !== VALUE_INFO.docString && field.number !== VALUE_INFO.metadataProps) {
      throw unknownField(field, 'ValueInfoProto');
    }
  }
  if (elementType === null || elementBytes(elementType) === null) {
    throw noTensor(name, elementType ?? 'of no type');
  }
  return { name, elementType, dims };
}

function dimensions(bytes: Uint8Array): (number | string | null)[] {
  const dims: (number | string | null)[] = [];
  for (const field of wireFields(bytes)) {
    if (field.number !== TENSOR_SHAPE.dim) throw unknownField(field, 'TensorShapeProto');
    let dim: number | string | null = null;
    for (const part of wireFields(message(field, 'TensorShapeProto'))) {
      if (part.number === DIMENSION.value) dim = integer(part, 'Dimension');
      else if (part.number === DIMENSION.parameter) dim = text(part, 'Dimension');
      else if (part.number !== DIMENSION.denotation) throw unknownField(part, 'Dimension');
    }
    if (dims.push(dim) > LARGEST_RANK) throw tooManyAxes();
  }
  return dims;
}

function tooManyAxes(): OnnxError {
  return new OnnxError('not-onnx', `a tensor has more than ${LARGEST_RANK} axes`);
}

function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function message(field: WireField, of: string): Uint8Array {
  if (field.kind === 'bytes') return field.bytes;
  throw wrongKind(field, of);
}

function text(field: WireField, of: string): string {
  return new TextDecoder().decode(message(field, of));
}

function integer(field: WireField, of: string): number {
  if (field.kind === 'varint') return Number(BigInt.asIntN(64, field.value));
  throw wrongKind(field, of);
}

function wrongKind(field: WireField, of: string): OnnxError {
  return new OnnxError(
    'not-onnx',
    `the file is not ONNX: field ${field.number} of a ${of} is a ${field.kind}`,
  );
}

function unknownField(field: WireField, of: string): OnnxError {
  return new OnnxError(
    'unsupported-type',
    `field ${field.number} of a ${of} is not known here: export the file with an older version of ONNX`,
  );
}

function externalData(name: string): OnnxError {
  return new OnnxError(
    'external-data',
    `tensor '${shortened(name)}' lies in another file; store everything in one file (onnx.save without save_as_external_data)`,
  );
}

function noTensor(name: string, found: string): OnnxError {
  return new OnnxError(
    'unsupported-type',
    `'${shortened(name)}' is ${found}; only tensors of numbers are taken`,
  );
}

/** Names in a file are as long as their author wants. */
function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
