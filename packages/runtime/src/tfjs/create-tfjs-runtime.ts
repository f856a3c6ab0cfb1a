import {
  axisMapRows,
  operandsOf,
  type AxisMap,
  type BinaryFunction,
  type Graph,
  type GraphNode,
  type NodeId,
  type UnaryFunction,
} from '@sillage/fourdvarnet';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { checkedInputs } from '../checked-inputs.js';
import { RuntimeError, type NetworkRuntime, type Tensors } from '../network-runtime.js';
import { loadTfjs, type LoadedTfjs, type Tfjs } from './load-tfjs.js';

/**
 * Executes graphs operation by operation with TensorFlow.js: in plain JavaScript, slow, to check the other runtimes with;
 * on a GPU where an operator has installed the native library.
 *
 * @throws {@link RuntimeError} `unavailable`.
 */
export async function createTfjsRuntime(): Promise<NetworkRuntime> {
  const { tf, backend, version }: LoadedTfjs = await loadTfjs();
  return {
    description: {
      name: 'tfjs',
      version,
      device: backend === 'cpu' ? 'CPU, 1 thread' : 'TensorFlow',
      precision: 'float32',
    },
    compile(graph) {
      let isReleased = false;
      return Promise.resolve({
        peakBytes: null,
        usefulRunsInFlight: 1,
        run: (inputs: Tensors) =>
          isReleased
            ? Promise.reject(
                new RuntimeError('invalid-network', 'the network has been released; compile it again'),
              )
            : execute(tf, graph, inputs),
        release: () => {
          isReleased = true;
          return Promise.resolve();
        },
      });
    },
    close: () => Promise.resolve(),
  };
}

async function execute(tf: Tfjs, graph: Graph, inputs: Tensors): Promise<Record<string, Float32Array>> {
  const given = new Map(checkedInputs(graph, inputs).map(({ name, data }) => [name, data]));
  const values = new Map<NodeId, Tensor4D>();
  const usesLeft = new Uint32Array(graph.nodes.length);
  for (const { operation } of graph.nodes) for (const operand of operandsOf(operation)) usesLeft[operand]!++;
  const results: Record<string, Float32Array> = {};
  try {
    for (const node of graph.nodes) {
      values.set(
        node.id,
        tf.tidy(() => valueOf(tf, graph, node, { given, at: (id) => values.get(id)! })),
      );
      for (const [name, id] of graph.outputs) {
        if (id === node.id) results[name] = Float32Array.from(await values.get(id)!.data<'float32'>());
      }
      for (const id of new Set([...operandsOf(node.operation), node.id])) {
        if (id !== node.id)
          usesLeft[id]! -= operandsOf(node.operation).filter((operand) => operand === id).length;
        if (usesLeft[id] === 0) {
          values.get(id)!.dispose();
          values.delete(id);
        }
      }
    }
  } finally {
    for (const value of values.values()) value.dispose();
  }
  return results;
}

type Known = { readonly given: ReadonlyMap<string, Float32Array>; readonly at: (id: NodeId) => Tensor4D };

function valueOf(tf: Tfjs, graph: Graph, { operation, shape }: GraphNode, { given, at }: Known): Tensor4D {
  const dims: [number, number, number, number] = [...shape];
  switch (operation.kind) {
    case 'input':
      return tf.tensor4d(given.get(operation.name)!, dims);
    case 'constant':
      return tf.tensor4d(operation.data, dims);
    case 'convolution': {
      const filter = tf.transpose(at(operation.weight), [2, 3, 1, 0]); // [Kl, Kl, inputs, outputs]
      // A number as padding would take the kernel for square.
      const around: [number, number] = [operation.padding, operation.padding];
      const x = tf.pad4d(lastChannels(tf, at(operation.input)), [[0, 0], around, around, [0, 0]]);
      const out = tf.conv2d(x, filter, operation.stride, 'valid');
      const result = firstChannels(tf, out);
      return operation.bias === null ? result : tf.add<Tensor4D>(result, at(operation.bias));
    }
    case 'transposed-convolution': {
      const [batch, outputs, lat, lon] = shape;
      const filter = tf.transpose(at(operation.weight), [2, 3, 1, 0]); // [Kl, Kl, outputs, inputs]
      const x = lastChannels(tf, at(operation.input));
      return firstChannels(
        tf,
        tf.conv2dTranspose(x, filter, [batch, lat, lon, outputs], operation.stride, 'valid'),
      );
    }
    case 'resample': {
      const alongLon = alongLastAxis(tf, at(operation.input), operation.lon);
      const turned = tf.transpose(alongLon, [0, 1, 3, 2]);
      return tf.transpose(alongLastAxis(tf, turned, operation.lat), [0, 1, 3, 2]);
    }
    case 'unary':
      return unary(tf, operation.function, at(operation.input));
    case 'binary':
      return binary(tf, operation.function, at(operation.left), at(operation.right));
    case 'scale':
      return tf.mul(at(operation.input), operation.factor);
    case 'concatenate':
      return operation.inputs.length === 1
        ? at(operation.inputs[0]!).clone()
        : tf.concat(operation.inputs.map(at), 1);
    case 'slice': {
      const [batch, , lat, lon] = shape;
      return tf.slice(
        at(operation.input),
        [0, operation.start, 0, 0],
        [batch, operation.end - operation.start, lat, lon],
      );
    }
    case 'sum': {
      const from = graph.nodes[operation.input]!.shape;
      let value: Tensor = at(operation.input);
      for (let axis = 3; axis >= 0; axis--) if (from[axis] !== shape[axis]) value = tf.sum(value, axis, true);
      return value.clone() as Tensor4D;
    }
  }
}

function unary(tf: Tfjs, name: UnaryFunction, x: Tensor4D): Tensor4D {
  switch (name) {
    case 'relu':
      return tf.relu(x);
    case 'step':
      return tf.cast(tf.greater<Tensor4D>(x, 0), 'float32');
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'tanh':
      return tf.tanh(x);
    case 'square-root':
      return tf.sqrt(x);
  }
}

function binary(tf: Tfjs, name: BinaryFunction, left: Tensor4D, right: Tensor4D): Tensor4D {
  switch (name) {
    case 'add':
      return tf.add(left, right);
    case 'subtract':
      return tf.sub(left, right);
    case 'multiply':
      return tf.mul(left, right);
    case 'divide':
      return tf.div(left, right);
    case 'maximum':
      return tf.maximum(left, right);
  }
}

function lastChannels(tf: Tfjs, x: Tensor4D): Tensor4D {
  return tf.transpose(x, [0, 2, 3, 1]); // [B, Y, X, C]
}

function firstChannels(tf: Tfjs, x: Tensor4D): Tensor4D {
  return tf.transpose(x, [0, 3, 1, 2]); // [B, C, Y, X]
}

/** Every row of the last axis, times the transposed matrix of the map. */
function alongLastAxis(tf: Tfjs, x: Tensor4D, map: AxisMap): Tensor4D {
  const { offsets, indices, weights } = axisMapRows(map);
  const matrix = new Float32Array(map.from * map.to); // [from, to]
  for (let row = 0; row < map.to; row++) {
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) matrix[indices[k]! * map.to + row] = weights[k]!;
  }
  const [batch, channels, length] = x.shape;
  const rows = tf.reshape(x, [-1, map.from]) as Tensor2D;
  const mapped = tf.matMul(rows, tf.tensor2d(matrix, [map.from, map.to]));
  return tf.reshape(mapped, [batch, channels, length, map.to]);
}
