import { shapeText } from './graph-error.js';
import type { AxisMap, Graph, GraphNode, NodeId } from './graph.js';

/** A node as text; two nodes of equal `pattern` are the same step of two iterations. */
type Line = { readonly text: string; readonly pattern: string };

/** Fewer operations than this are printed again rather than called a repetition. */
const SHORTEST_REPETITION = 8;

/**
 * A graph for people: one line per operation, weights by the name of their tensor, and an unrolled loop once, with how
 * often it is repeated.
 */
export function describeGraph(graph: Graph): string {
  const lines = graph.nodes
    .filter(({ operation }) => operation.kind !== 'constant')
    .map((node) => describeNode(graph, node));
  const printed: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const { length, times } = repetitionAt(lines, at);
    const block = lines.slice(at, at + length);
    printed.push(...block.map(({ text }) => text));
    if (times > 1)
      printed.push(`      … the last ${length} operations ${times - 1} more times, on the results before`);
    at += length * times;
  }
  for (const [name, node] of graph.outputs) printed.push(`${name} = %${node}`);
  return `${printed.join('\n')}\n`;
}

/** The block at `at` whose repetitions reach farthest; one line once if none is repeated. */
function repetitionAt(lines: readonly Line[], at: number): { length: number; times: number } {
  let best = { length: 1, times: 1 };
  for (let length = SHORTEST_REPETITION; at + 2 * length <= lines.length; length++) {
    let times = 1;
    while (isRepeated(lines, { at, length, times })) times++;
    if (times > 1 && length * times > best.length * best.times) best = { length, times };
  }
  return best;
}

function isRepeated(
  lines: readonly Line[],
  { at, length, times }: { at: number; length: number; times: number },
): boolean {
  const next = at + length * times;
  if (next + length > lines.length) return false;
  for (let i = 0; i < length; i++) if (lines[at + i]!.pattern !== lines[next + i]!.pattern) return false;
  return true;
}

function describeNode(graph: Graph, { id, shape, operation }: GraphNode): Line {
  const named = (node: NodeId): string => {
    const operand = graph.nodes[node]!.operation;
    return operand.kind === 'constant' ? operand.name : `%${node}`;
  };
  const line = (name: string, operands: readonly NodeId[], detail = ''): Line => ({
    text: `%${String(id).padEnd(4)} ${shapeText(shape).padEnd(20)} ${name}(${operands.map(named).join(', ')})${detail}`,
    pattern: `${shapeText(shape)} ${name} ${operands.map((node) => named(node).replace(/^%.*/, '%')).join()}`,
  });
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return line(`${operation.kind} ${operation.name}`, []);
    case 'convolution': {
      const [, , lat, lon] = graph.nodes[operation.weight]!.shape;
      const stride = operation.stride === 1 ? '' : ` stride ${operation.stride}`;
      const bias = operation.bias === null ? '' : ' with bias';
      return line(`convolution ${lat}×${lon}`, [operation.input, operation.weight], `${stride}${bias}`);
    }
    case 'transposed-convolution':
      return line(`transposed convolution ${operation.stride}×`, [operation.input, operation.weight]);
    case 'resample':
      return line(mapText(operation.lat), [operation.input]);
    case 'unary':
      return line(operation.function, [operation.input]);
    case 'binary':
      return line(operation.function, [operation.left, operation.right]);
    case 'scale':
      return line('scale', [operation.input], ` by ${operation.factor.toPrecision(6)}`);
    case 'concatenate':
      return line('concatenate', operation.inputs);
    case 'slice':
      return line(`channels ${operation.start} to ${operation.end}`, [operation.input]);
    case 'sum':
      return line('sum', [operation.input]);
  }
}

function mapText({ method, factor, adjoint }: AxisMap): string {
  return `${method} ${factor}×${adjoint ? ' adjoint' : ''}`;
}
