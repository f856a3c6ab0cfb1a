import { createHash } from 'node:crypto';
import {
  operandsOf,
  type Convolution,
  type Graph,
  type GraphNode,
  type NodeId,
  type Operation,
  type Shape,
} from '@sillage/fourdvarnet';
import { elementCount, isSameShape } from './grid.js';

/**
 * An equivalent graph that suits a GPU: factors pulled out of linear operations and folded into one (so that gradients
 * divided by a million points do not sink below what float16 can hold), zeros removed, a convolution whose result is
 * only sliced split into one per slice, a sum of convolutions made one convolution of all their inputs.
 */
export function simplifyGraph(graph: Graph): Graph {
  return joinAddedConvolutions(splitSlicedConvolutions(foldFactors(graph)));
}

/** Writes nodes; the same operation on the same nodes is written once. */
class GraphWriter {
  readonly nodes: GraphNode[] = [];
  readonly #known = new Map<string, NodeId>();
  readonly #hashes = new Map<Float32Array, string>();

  write(operation: Operation, shape: Shape): NodeId {
    const key = `${shape.join()} ${this.#key(operation)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.length;
    this.nodes.push({ id, shape, operation });
    this.#known.set(key, id);
    return id;
  }

  at(id: NodeId): GraphNode {
    return this.nodes[id]!;
  }

  constantData(id: NodeId): Float32Array {
    const { operation } = this.at(id);
    if (operation.kind !== 'constant') throw new Error(`node ${id} is no constant`);
    return operation.data;
  }

  /** The graph of what the outputs need. */
  finish(inputs: ReadonlyMap<string, NodeId>, outputs: ReadonlyMap<string, NodeId>): Graph {
    const isNeeded = new Uint8Array(this.nodes.length);
    for (const id of outputs.values()) isNeeded[id] = 1;
    for (const id of inputs.values()) isNeeded[id] = 1;
    for (let id = this.nodes.length - 1; id >= 0; id--) {
      if (isNeeded[id] === 1) for (const operand of operandsOf(this.at(id).operation)) isNeeded[operand] = 1;
    }
    const renumbered = new Map<NodeId, NodeId>();
    const nodes: GraphNode[] = [];
    for (const node of this.nodes) {
      if (isNeeded[node.id] !== 1) continue;
      const id = nodes.length;
      renumbered.set(node.id, id);
      nodes.push({ ...node, id, operation: withOperands(node.operation, (old) => renumbered.get(old)!) });
    }
    const rename = (names: ReadonlyMap<string, NodeId>) =>
      new Map([...names].map(([name, id]) => [name, renumbered.get(id)!]));
    return { nodes, inputs: rename(inputs), outputs: rename(outputs) };
  }

  #key(operation: Operation): string {
    if (operation.kind === 'constant') return `constant ${this.#hash(operation.data)}`;
    return JSON.stringify(operation);
  }

  #hash(data: Float32Array): string {
    let hash = this.#hashes.get(data);
    if (hash === undefined) {
      hash = createHash('sha1')
        .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        .digest('base64');
      this.#hashes.set(data, hash);
    }
    return hash;
  }
}

/** The operation on other operands. */
export function withOperands(operation: Operation, renamed: (id: NodeId) => NodeId): Operation {
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return operation;
    case 'convolution':
      return {
        ...operation,
        input: renamed(operation.input),
        weight: renamed(operation.weight),
        bias: operation.bias === null ? null : renamed(operation.bias),
      };
    case 'transposed-convolution':
      return { ...operation, input: renamed(operation.input), weight: renamed(operation.weight) };
    case 'binary':
      return { ...operation, left: renamed(operation.left), right: renamed(operation.right) };
    case 'concatenate':
      return { ...operation, inputs: operation.inputs.map(renamed) };
    case 'resample':
    case 'unary':
    case 'scale':
    case 'slice':
    case 'sum':
      return { ...operation, input: renamed(operation.input) };
  }
}

/** A value that is `factor` times a node. */
type Scaled = { readonly node: NodeId; readonly factor: number };

function foldFactors(graph: Graph): Graph {
  const writer = new GraphWriter();
  const values: Scaled[] = [];
  const inputs = new Map<string, NodeId>();
  for (const node of graph.nodes) {
    const value = foldNode(writer, values, node);
    values.push(value);
    if (node.operation.kind === 'input') inputs.set(node.operation.name, value.node);
  }
  const outputs = new Map(
    [...graph.outputs].map(([name, id]) => [name, materialise(writer, values[id]!)] as const),
  );
  return writer.finish(inputs, outputs);
}

function materialise(writer: GraphWriter, { node, factor }: Scaled): NodeId {
  return factor === 1 ? node : writer.write({ kind: 'scale', input: node, factor }, writer.at(node).shape);
}

function foldNode(writer: GraphWriter, values: readonly Scaled[], { shape, operation }: GraphNode): Scaled {
  const plain = (written: Operation): Scaled => ({ node: writer.write(written, shape), factor: 1 });
  const value = (id: NodeId) => values[id]!;
  const whole = (id: NodeId) => materialise(writer, value(id));
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return plain(operation);
    case 'scale': {
      const { node, factor } = value(operation.input);
      return { node, factor: factor * operation.factor };
    }
    case 'convolution': {
      const { node, factor } = value(operation.input);
      const weight = whole(operation.weight);
      if (operation.bias !== null) {
        return plain(
          withoutZeroInputs(writer, {
            ...operation,
            input: whole(operation.input),
            weight,
            bias: whole(operation.bias),
          }),
        );
      }
      return {
        node: writer.write(withoutZeroInputs(writer, { ...operation, input: node, weight }), shape),
        factor,
      };
    }
    case 'transposed-convolution': {
      const { node, factor } = value(operation.input);
      return {
        node: writer.write({ ...operation, input: node, weight: whole(operation.weight) }, shape),
        factor,
      };
    }
    case 'resample':
    case 'sum': {
      const { node, factor } = value(operation.input);
      return { node: writer.write({ ...operation, input: node }, shape), factor };
    }
    case 'slice': {
      const { node, factor } = value(operation.input);
      return { node: writeSlice(writer, node, operation.start, operation.end), factor };
    }
    case 'unary': {
      const { node, factor } = value(operation.input);
      if (operation.function === 'relu' && factor > 0) {
        return { node: writer.write({ ...operation, input: node }, shape), factor };
      }
      if (operation.function === 'step' && factor > 0) return plain({ ...operation, input: node });
      return plain({ ...operation, input: whole(operation.input) });
    }
    case 'concatenate': {
      const parts = operation.inputs.map(value);
      const factor = parts[0]!.factor;
      const isShared = parts.every((part) => part.factor === factor);
      const members = parts.map((part) => (isShared ? part.node : materialise(writer, part)));
      const flat = members.flatMap((member) => {
        const { operation: inner } = writer.at(member);
        return inner.kind === 'concatenate' ? inner.inputs : [member];
      });
      if (flat.length === 1) return { node: flat[0]!, factor: isShared ? factor : 1 };
      return {
        node: writer.write({ kind: 'concatenate', inputs: flat }, shape),
        factor: isShared ? factor : 1,
      };
    }
    case 'binary':
      return foldBinary(writer, value(operation.left), value(operation.right), operation.function, shape);
  }
}

function foldBinary(
  writer: GraphWriter,
  left: Scaled,
  right: Scaled,
  kind: 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum',
  shape: Shape,
): Scaled {
  const leftNumber = scalarValue(writer, left);
  const rightNumber = scalarValue(writer, right);
  const keepsShape = (side: Scaled) => isSameShape(writer.at(side.node).shape, shape);
  const isZero = (side: Scaled) => side.factor === 0 || isZeroConstant(writer, side.node);
  const write = (a: NodeId, b: NodeId) =>
    writer.write({ kind: 'binary', function: kind, left: a, right: b }, shape);
  switch (kind) {
    case 'multiply':
      if (rightNumber !== null && keepsShape(left)) {
        return { node: left.node, factor: left.factor * rightNumber };
      }
      if (leftNumber !== null && keepsShape(right)) {
        return { node: right.node, factor: right.factor * leftNumber };
      }
      if (isZero(left) || isZero(right)) return zeros(writer, shape);
      return { node: write(left.node, right.node), factor: left.factor * right.factor };
    case 'divide':
      if (rightNumber !== null && rightNumber !== 0 && keepsShape(left)) {
        return { node: left.node, factor: left.factor / rightNumber };
      }
      return right.factor === 0
        ? { node: write(materialise(writer, left), materialise(writer, right)), factor: 1 }
        : { node: write(left.node, right.node), factor: left.factor / right.factor };
    case 'add':
    case 'subtract':
      if (isZero(right) && keepsShape(left)) return left;
      if (isZero(left) && keepsShape(right)) {
        return kind === 'add' ? right : { node: right.node, factor: -right.factor };
      }
      return left.factor === right.factor
        ? { node: write(left.node, right.node), factor: left.factor }
        : { node: write(materialise(writer, left), materialise(writer, right)), factor: 1 };
    case 'maximum':
      return left.factor === right.factor && left.factor > 0
        ? { node: write(left.node, right.node), factor: left.factor }
        : { node: write(materialise(writer, left), materialise(writer, right)), factor: 1 };
  }
}

function scalarValue(writer: GraphWriter, { node, factor }: Scaled): number | null {
  const { operation, shape } = writer.at(node);
  return operation.kind === 'constant' && elementCount(shape) === 1 ? operation.data[0]! * factor : null;
}

function isZeroConstant(writer: GraphWriter, id: NodeId): boolean {
  const { operation } = writer.at(id);
  return operation.kind === 'constant' && operation.data.every((value) => value === 0);
}

function zeros(writer: GraphWriter, shape: Shape): Scaled {
  const data = new Float32Array(elementCount(shape));
  return { node: writer.write({ kind: 'constant', name: 'zeros', data }, shape), factor: 1 };
}

/** What of a concatenation is zero adds nothing to a convolution: the state before the first iteration. */
function withoutZeroInputs(writer: GraphWriter, convolution: Convolution): Convolution {
  const { operation, shape } = writer.at(convolution.input);
  if (operation.kind !== 'concatenate') return convolution;
  const isKept = operation.inputs.map((member) => !isZeroConstant(writer, member));
  const kept = operation.inputs.filter((_, index) => isKept[index]);
  if (kept.length === operation.inputs.length || kept.length === 0) return convolution;
  const channels = operation.inputs.map((member) => writer.at(member).shape[1]);
  const channelIsKept = channels.flatMap((count, index) => Array<boolean>(count).fill(isKept[index]!));
  const [outputs, , kernelLat, kernelLon] = writer.at(convolution.weight).shape;
  const taps = kernelLat * kernelLon;
  const old = writer.constantData(convolution.weight);
  const inputs = channelIsKept.filter(Boolean).length;
  const data = new Float32Array(outputs * inputs * taps);
  let to = 0;
  for (let o = 0; o < outputs; o++) {
    for (const [i, keep] of channelIsKept.entries()) {
      if (!keep) continue;
      const from = (o * channelIsKept.length + i) * taps;
      data.set(old.subarray(from, from + taps), to);
      to += taps;
    }
  }
  const keptShape: Shape = [shape[0], inputs, shape[2], shape[3]];
  return {
    ...convolution,
    input: kept.length === 1 ? kept[0]! : writer.write({ kind: 'concatenate', inputs: kept }, keptShape),
    weight: writer.write({ kind: 'constant', name: 'part of a weight', data }, [
      outputs,
      inputs,
      kernelLat,
      kernelLon,
    ]),
  };
}

/** A slice of a slice is a slice; a slice of a concatenation inside one of its parts is a slice of that part. */
function writeSlice(writer: GraphWriter, input: NodeId, start: number, end: number): NodeId {
  const { operation, shape } = writer.at(input);
  if (start === 0 && end === shape[1]) return input;
  if (operation.kind === 'slice') {
    return writeSlice(writer, operation.input, operation.start + start, operation.start + end);
  }
  if (operation.kind === 'concatenate') {
    let before = 0;
    for (const member of operation.inputs) {
      const channels = writer.at(member).shape[1];
      if (start >= before && end <= before + channels) {
        return writeSlice(writer, member, start - before, end - before);
      }
      before += channels;
    }
  }
  return writer.write({ kind: 'slice', input, start, end }, [shape[0], end - start, shape[2], shape[3]]);
}

function usersOf(graph: Graph): GraphNode[][] {
  const users = graph.nodes.map((): GraphNode[] => []);
  for (const node of graph.nodes)
    for (const operand of operandsOf(node.operation)) users[operand]!.push(node);
  return users;
}

function splitSlicedConvolutions(graph: Graph): Graph {
  const writer = new GraphWriter();
  const users = usersOf(graph);
  const outputs = new Set(graph.outputs.values());
  const written: NodeId[] = [];
  for (const { id, shape, operation } of graph.nodes) {
    const source = operation.kind === 'slice' ? graph.nodes[operation.input]! : null;
    if (operation.kind === 'slice' && source?.operation.kind === 'convolution' && isOnlySliced(source)) {
      const { weight, bias, input } = source.operation;
      const { start, end } = operation;
      written[id] = writer.write(
        {
          ...source.operation,
          input: written[input]!,
          weight: writeRows(writer, written[weight]!, start, end, 0),
          bias: bias === null ? null : writeRows(writer, written[bias]!, start, end, 1),
        },
        shape,
      );
    } else {
      written[id] = writer.write(
        withOperands(operation, (old) => written[old]!),
        shape,
      );
    }
  }
  const renamed = (names: ReadonlyMap<string, NodeId>) =>
    new Map([...names].map(([name, id]) => [name, written[id]!]));
  return writer.finish(renamed(graph.inputs), renamed(graph.outputs));

  function isOnlySliced({ id, shape }: GraphNode): boolean {
    if (outputs.has(id)) return false;
    const slices = users[id]!.map((user) => user.operation);
    const sliced = slices.reduce(
      (sum, user) => sum + (user.kind === 'slice' ? user.end - user.start : Infinity),
      0,
    );
    return sliced <= shape[1];
  }
}

/** Entries `start` up to `end` of a constant along `axis` 0, or 1 if axis 0 has length 1. */
function writeRows(writer: GraphWriter, id: NodeId, start: number, end: number, axis: 0 | 1): NodeId {
  const shape = writer.at(id).shape;
  const length = elementCount(shape) / shape[axis];
  const data = writer.constantData(id).slice(start * length, end * length);
  const count = end - start;
  return writer.write(
    { kind: 'constant', name: 'part of a weight', data },
    axis === 0 ? [count, shape[1], shape[2], shape[3]] : [shape[0], count, shape[2], shape[3]],
  );
}

function joinAddedConvolutions(graph: Graph): Graph {
  const writer = new GraphWriter();
  const users = usersOf(graph);
  const outputs = new Set(graph.outputs.values());
  const isUsedOnce = (id: NodeId) => users[id]!.length === 1 && !outputs.has(id);
  const written: NodeId[] = [];
  for (const { id, shape, operation } of graph.nodes) {
    let joined: NodeId | null = null;
    if (operation.kind === 'binary' && operation.function === 'add') {
      const { left, right } = operation;
      if (left !== right && isUsedOnce(left) && isUsedOnce(right)) {
        joined = joinConvolutions(writer, written[left]!, written[right]!);
      }
    }
    written[id] =
      joined ??
      writer.write(
        withOperands(operation, (old) => written[old]!),
        shape,
      );
  }
  const renamed = (names: ReadonlyMap<string, NodeId>) =>
    new Map([...names].map(([name, id]) => [name, written[id]!]));
  return writer.finish(renamed(graph.inputs), renamed(graph.outputs));
}

function joinConvolutions(writer: GraphWriter, left: NodeId, right: NodeId): NodeId | null {
  const a = writer.at(left);
  const b = writer.at(right);
  if (a.operation.kind !== 'convolution' || b.operation.kind !== 'convolution') return null;
  if (!isSameShape(a.shape, b.shape)) return null;
  const { stride, padding } = a.operation;
  if (stride !== 1 || b.operation.stride !== 1 || padding !== b.operation.padding) return null;
  if (a.operation.bias !== null && b.operation.bias !== null) return null;
  const [outputs, inputsA, kernelLat, kernelLon] = writer.at(a.operation.weight).shape;
  const [, inputsB, otherLat, otherLon] = writer.at(b.operation.weight).shape;
  if (kernelLat !== otherLat || kernelLon !== otherLon) return null;
  const membersOf = (id: NodeId) => {
    const { operation } = writer.at(id);
    return operation.kind === 'concatenate' ? operation.inputs : [id];
  };
  const shape = writer.at(a.operation.input).shape;
  const input = writer.write(
    { kind: 'concatenate', inputs: [...membersOf(a.operation.input), ...membersOf(b.operation.input)] },
    [shape[0], inputsA + inputsB, shape[2], shape[3]],
  );
  const rowA = inputsA * kernelLat * kernelLon;
  const rowB = inputsB * kernelLat * kernelLon;
  const data = new Float32Array(outputs * (rowA + rowB));
  const weightA = writer.constantData(a.operation.weight);
  const weightB = writer.constantData(b.operation.weight);
  for (let o = 0; o < outputs; o++) {
    data.set(weightA.subarray(o * rowA, (o + 1) * rowA), o * (rowA + rowB));
    data.set(weightB.subarray(o * rowB, (o + 1) * rowB), o * (rowA + rowB) + rowA);
  }
  const weight = writer.write({ kind: 'constant', name: 'joined weights', data }, [
    outputs,
    inputsA + inputsB,
    kernelLat,
    kernelLon,
  ]);
  const bias = a.operation.bias ?? b.operation.bias;
  return writer.write({ kind: 'convolution', input, weight, bias, stride, padding }, a.shape);
}
