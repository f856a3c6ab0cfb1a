import { adjointMap } from './axis-map.js';
import { elementCount, type GraphBuilder, operandsOf, sameShape } from './graph-builder.js';
import { GraphError, shapeText } from './graph-error.js';
import type { Convolution, GraphNode, NodeId, Operation, Shape, UnaryFunction } from './graph.js';

/**
 * An adjoint: `factor` × the value of `node`. Along an axis where `node` has length 1 and the tensor it belongs to does
 * not, it is the same everywhere.
 *
 * Factors are kept apart from tensors because 2/N, with N in the millions, would otherwise be carried through every
 * adjoint convolution: products of values near 1e-7 vanish in float16. So they travel beside the tensors and are applied
 * at the end.
 */
type Adjoint = { readonly factor: number; readonly node: NodeId };

/** What one operation passes on to one of its operands. */
type Contribution = Adjoint & { readonly to: NodeId };

/**
 * Adds the nodes that compute ∂scalar/∂wrt, and returns the last of them: reverse-mode differentiation, written down as
 * operations of the same graph. At a kink, relu has slope 0 and the maximum of two equal values that of the second.
 *
 * @param scalar - a node of shape `[1, 1, 1, 1]`, usually a cost.
 * @param wrt - any node that is not a constant; it is held to be independent of everything before it.
 * @throws {@link GraphError} if `scalar` is no scalar, `wrt` a constant, or an adjoint does not exist among the operations.
 */
export function gradient(g: GraphBuilder, scalar: NodeId, wrt: NodeId): NodeId {
  if (!sameShape(g.shape(scalar), [1, 1, 1, 1])) {
    throw new GraphError({
      where: `what is differentiated, ${g.label(scalar)},`,
      found: `of shape ${shapeText(g.shape(scalar))}`,
      needed: 'a scalar',
    });
  }
  if (g.node(wrt).operation.kind === 'constant') {
    throw new GraphError({
      where: `the gradient with respect to ${g.label(wrt)}`,
      found: 'one with respect to a constant',
      needed: 'an input or a computed tensor: weights are fixed here',
    });
  }
  const depends = nodesBetween(g, wrt, scalar);
  const collected = new Map<NodeId, Adjoint[]>([[scalar, [{ factor: 1, node: g.scalar(1) }]]]);
  for (let id = scalar; id > wrt; id--) {
    const terms = collected.get(id);
    if (terms === undefined) continue;
    collected.delete(id);
    for (const { to, factor, node } of contributions(g, g.node(id), sumOf(g, terms))) {
      if (!depends.has(to)) continue;
      const known = collected.get(to);
      if (known === undefined) collected.set(to, [{ factor, node }]);
      else known.push({ factor, node });
    }
  }
  const terms = collected.get(wrt);
  if (terms === undefined) return g.scale(wrt, 0);
  const { factor, node } = sumOf(g, terms);
  return g.scale(whole(g, node, g.shape(wrt)), factor);
}

/** The nodes up to `to` that are `from` or read, directly or not, from it. */
function nodesBetween(g: GraphBuilder, from: NodeId, to: NodeId): ReadonlySet<NodeId> {
  const depends = new Set<NodeId>([from]);
  for (let id = from + 1; id <= to; id++) {
    if (operandsOf(g.node(id).operation).some((operand) => depends.has(operand))) depends.add(id);
  }
  return depends;
}

/** Adds terms; those whose factors differ at most in sign keep them outside: f·a − f·b = f·(a − b). */
function sumOf(g: GraphBuilder, terms: readonly Adjoint[]): Adjoint {
  const factors = new Map<NodeId, number>();
  for (const { factor, node } of terms) factors.set(node, (factors.get(node) ?? 0) + factor);
  const hasOthers = [...factors.values()].some((factor) => factor !== 0);
  const groups = new Map<number, { plus: NodeId[]; minus: NodeId[] }>();
  for (const [node, factor] of factors) {
    if (factor === 0 && hasOthers) continue;
    const group = groups.get(Math.abs(factor)) ?? { plus: [], minus: [] };
    groups.set(Math.abs(factor), group);
    (factor < 0 ? group.minus : group.plus).push(node);
  }
  const sums = [...groups].map(([factor, { plus, minus }]): Adjoint => {
    if (plus.length === 0) return { factor: -factor, node: addAll(g, minus) };
    if (minus.length === 0) return { factor, node: addAll(g, plus) };
    return { factor, node: g.subtract(addAll(g, plus), addAll(g, minus)) };
  });
  if (sums.length === 1) return sums[0]!;
  return {
    factor: 1,
    node: addAll(
      g,
      sums.map(({ factor, node }) => g.scale(node, factor)),
    ),
  };
}

function addAll(g: GraphBuilder, nodes: readonly NodeId[]): NodeId {
  return nodes.reduce((sum, node) => g.add(sum, node));
}

/** The chain rule of one operation: what its adjoint is worth to each operand. */
function contributions(g: GraphBuilder, node: GraphNode, adjoint: Adjoint): readonly Contribution[] {
  const { operation, id, shape } = node;
  const { factor } = adjoint;
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return [];
    case 'scale':
      return [{ to: operation.input, factor: factor * operation.factor, node: adjoint.node }];
    case 'sum':
      return [{ to: operation.input, factor, node: adjoint.node }];
    case 'unary':
      return [{ to: operation.input, ...unaryAdjoint(g, operation.function, id, adjoint) }].filter(
        (contribution) => contribution.factor !== 0,
      );
    case 'binary':
      return binaryContributions(g, node, operation, adjoint);
    case 'concatenate': {
      let start = 0;
      return operation.inputs.map((to) => {
        const end = start + g.shape(to)[1];
        const part = g.shape(adjoint.node)[1] === 1 ? adjoint.node : g.slice(adjoint.node, start, end);
        start = end;
        return { to, factor, node: part };
      });
    }
    case 'slice': {
      const [batch, channels, lat, lon] = g.shape(operation.input);
      const zeros = (count: number): NodeId[] => (count === 0 ? [] : [g.filled([batch, count, lat, lon], 0)]);
      const value = g.concatenate(
        ...zeros(operation.start),
        whole(g, adjoint.node, shape),
        ...zeros(channels - operation.end),
      );
      return [{ to: operation.input, factor, node: value }];
    }
    case 'resample': {
      const value = whole(g, adjoint.node, shape);
      return [
        {
          to: operation.input,
          factor,
          node: g.resample(value, adjointMap(operation.lat), adjointMap(operation.lon)),
        },
      ];
    }
    case 'convolution':
      return [
        {
          to: operation.input,
          factor,
          node: convolutionAdjoint(g, operation, whole(g, adjoint.node, shape)),
        },
      ];
    case 'transposed-convolution': {
      const { input, weight, stride } = operation;
      const value = whole(g, adjoint.node, shape);
      return [{ to: input, factor, node: g.convolution(value, { weight, stride }) }];
    }
  }
}

function binaryContributions(
  g: GraphBuilder,
  { id, shape }: GraphNode,
  operation: Extract<Operation, { kind: 'binary' }>,
  { factor, node }: Adjoint,
): readonly Contribution[] {
  const { left, right } = operation;
  /** Sums over the axes along which the operand was repeated. */
  const repeated = (to: NodeId, by: number, value: NodeId): Contribution => {
    const operand = g.shape(to);
    let times = by;
    const [batch, channels, lat, lon] = g.shape(value).map((length, axis) => {
      if (operand[axis] !== 1) return length;
      if (length === 1) times *= shape[axis]!;
      return 1;
    });
    return { to, factor: factor * times, node: g.sumTo(value, [batch!, channels!, lat!, lon!]) };
  };
  switch (operation.function) {
    case 'add':
      return [repeated(left, 1, node), repeated(right, 1, node)];
    case 'subtract':
      return [repeated(left, 1, node), repeated(right, -1, node)];
    case 'multiply':
      return [repeated(left, 1, g.multiply(node, right)), repeated(right, 1, g.multiply(node, left))];
    case 'divide': {
      const quotient = g.divide(node, right);
      return [repeated(left, 1, quotient), repeated(right, -1, g.multiply(quotient, id))];
    }
    case 'maximum': {
      const isLeft = g.step(g.subtract(left, right));
      const isRight = g.subtract(g.scalar(1), isLeft);
      return [repeated(left, 1, g.multiply(node, isLeft)), repeated(right, 1, g.multiply(node, isRight))];
    }
  }
}

function unaryAdjoint(
  g: GraphBuilder,
  name: UnaryFunction,
  value: NodeId,
  { factor, node }: Adjoint,
): Adjoint {
  switch (name) {
    case 'relu': // step(relu(a)) = step(a), so that an executor may forget a
      return { factor, node: g.multiply(node, g.step(value)) };
    case 'step':
      return { factor: 0, node };
    case 'sigmoid':
      return { factor, node: g.multiply(node, g.subtract(value, g.square(value))) };
    case 'tanh':
      return { factor, node: g.multiply(node, g.subtract(g.scalar(1), g.square(value))) };
    case 'square-root':
      return { factor: factor / 2, node: g.divide(node, value) };
  }
}

/**
 * With stride 1, a convolution with the weight turned by half a turn and its channels exchanged, padded with what the
 * kernel reached beyond the edge. With a stride as long as the kernel, the transposed convolution with the same weight.
 */
function convolutionAdjoint(g: GraphBuilder, operation: Convolution, value: NodeId): NodeId {
  const { input, weight, stride, padding } = operation;
  const [, , lat, lon] = g.shape(input);
  const [outputs, inputs, kernelLat, kernelLon] = g.shape(weight);
  if (stride === 1 && kernelLat === kernelLon && padding < kernelLat) {
    const turned = g.derivedConstant(`turned ${weight}`, () => {
      const { operation: source } = g.node(weight);
      if (source.kind !== 'constant') throw new TypeError('the weight of a convolution is a constant');
      return {
        name: `${source.name} (adjoint)`,
        shape: [inputs, outputs, kernelLat, kernelLon],
        data: turnedWeight(source.data, g.shape(weight)),
      };
    });
    return g.convolution(value, { weight: turned, padding: kernelLat - 1 - padding });
  }
  const isPatchwise = padding === 0 && kernelLat === stride && kernelLon === stride;
  if (isPatchwise && lat % stride === 0 && lon % stride === 0) return g.transposedConvolution(value, weight);
  throw new GraphError({
    where: `the gradient through ${g.label(weight)}`,
    found: `a ${kernelLat} × ${kernelLon} kernel with stride ${stride} and padding ${padding} on ${lat} × ${lon} points`,
    needed:
      'stride 1 and a square kernel, or a kernel as long as its stride that tiles the input without padding',
  });
}

/** weight[o, i, u, v] → result[i, o, last − u, last − v]. */
function turnedWeight(weight: Float32Array, shape: Shape): Float32Array {
  const [outputs, inputs, kernelLat, kernelLon] = shape;
  const size = kernelLat * kernelLon;
  const turned = new Float32Array(weight.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const from = (output * inputs + input) * size;
      const to = (input * outputs + output) * size;
      for (let k = 0; k < size; k++) turned[to + size - 1 - k] = weight[from + k]!;
    }
  }
  return turned;
}

/** The tensor itself where a repeated value is not enough: linear maps read every element. */
function whole(g: GraphBuilder, node: NodeId, shape: Shape): NodeId {
  return elementCount(g.shape(node)) === elementCount(shape) ? node : g.multiply(node, g.filled(shape, 1));
}
