import protobuf from 'protobufjs/minimal.js';
import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  DIMENSION,
  FLOAT32,
  GRAPH,
  INT64,
  MODEL,
  NODE,
  OPERATOR_SET,
  TENSOR,
  TENSOR_SHAPE,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './onnx-fields.js';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from './onnx-graph.js';

/** Operators mean what version 17 of the standard says; files of IR version 8 belong to it. */
export const WRITTEN_OPSET = 17;
const WRITTEN_IR_VERSION = 8;

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** The bytes of a ModelProto: an `.onnx` file. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32((MODEL.irVersion << 3) | VARINT).int64(WRITTEN_IR_VERSION);
  text(writer, MODEL.producerName, 'sillage');
  message(writer, MODEL.graph, () => {
    for (const node of graph.nodes) message(writer, GRAPH.node, () => writeNode(writer, node));
    text(writer, GRAPH.name, graph.name);
    for (const tensor of graph.initializers) {
      message(writer, GRAPH.initializer, () => writeTensor(writer, tensor));
    }
    for (const value of graph.inputs) message(writer, GRAPH.input, () => writeValue(writer, value));
    for (const value of graph.outputs) message(writer, GRAPH.output, () => writeValue(writer, value));
  });
  message(writer, MODEL.opsetImport, () => {
    text(writer, OPERATOR_SET.domain, '');
    writer.uint32((OPERATOR_SET.version << 3) | VARINT).int64(WRITTEN_OPSET);
  });
  return writer.finish();
}

type Writer = protobuf.Writer;

function message(writer: Writer, field: number, write: () => void): void {
  writer.uint32((field << 3) | BYTES).fork();
  write();
  writer.ldelim();
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32((field << 3) | BYTES).string(value);
}

function packed(writer: Writer, field: number, values: readonly number[]): void {
  message(writer, field, () => {
    for (const value of values) writer.int64(value);
  });
}

function writeNode(writer: Writer, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, NODE.input, input);
  for (const output of node.outputs) text(writer, NODE.output, output);
  text(writer, NODE.name, `${node.operator}:${node.outputs[0]}`);
  text(writer, NODE.opType, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, NODE.attribute, () => writeAttribute(writer, name, attribute));
  }
}

function writeAttribute(writer: Writer, name: string, attribute: OnnxAttribute): void {
  text(writer, ATTRIBUTE.name, name);
  const type = (value: number) => writer.uint32((ATTRIBUTE.type << 3) | VARINT).int32(value);
  if ('int' in attribute) {
    writer.uint32((ATTRIBUTE.int << 3) | VARINT).int64(attribute.int);
    type(ATTRIBUTE_TYPE.int);
  } else if ('ints' in attribute) {
    // proto2 repeats an unpacked field; the standard's own reader takes both forms
    for (const value of attribute.ints) writer.uint32((ATTRIBUTE.ints << 3) | VARINT).int64(value);
    type(ATTRIBUTE_TYPE.ints);
  } else if ('float' in attribute) {
    writer.uint32((ATTRIBUTE.float << 3) | FIXED32).float(attribute.float);
    type(ATTRIBUTE_TYPE.float);
  } else {
    text(writer, ATTRIBUTE.text, attribute.text);
    type(ATTRIBUTE_TYPE.text);
  }
}

function writeTensor(writer: Writer, { name, dims, data }: OnnxTensor): void {
  packed(writer, TENSOR.dims, dims);
  const type = data instanceof Float32Array ? FLOAT32 : INT64;
  writer.uint32((TENSOR.dataType << 3) | VARINT).int32(type);
  text(writer, TENSOR.name, name);
  writer.uint32((TENSOR.rawData << 3) | BYTES).bytes(littleEndianBytes(data));
}

function writeValue(writer: Writer, { name, dims }: OnnxValue): void {
  text(writer, VALUE_INFO.name, name);
  message(writer, VALUE_INFO.type, () => {
    message(writer, TYPE.tensorType, () => {
      writer.uint32((TENSOR_TYPE.elementType << 3) | VARINT).int32(FLOAT32);
      message(writer, TENSOR_TYPE.shape, () => {
        for (const dim of dims) {
          message(writer, TENSOR_SHAPE.dim, () => {
            writer.uint32((DIMENSION.value << 3) | VARINT).int64(dim);
          });
        }
      });
    });
  });
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndianBytes(data: Float32Array | BigInt64Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (isLittleEndian) return bytes;
  const swapped = new Uint8Array(bytes.length);
  const width = data.BYTES_PER_ELEMENT;
  for (let i = 0; i < bytes.length; i++) swapped[i] = bytes[i - (i % width) + (width - 1 - (i % width))]!;
  return swapped;
}
