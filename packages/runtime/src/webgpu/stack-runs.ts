import { operandsOf, type Graph, type GraphNode, type NodeId, type Operation } from '@sillage/fourdvarnet';
import { withOperands } from './simplify-graph.js';

/**
 * A graph that computes `count` independent runs at once, one after the other along the batch axis: what is summed over one
 * run stays a sum over that run, so every value is the one that a run of its own would give. Kernels are then started once
 * for all of them, and a small one fills the device.
 *
 * @returns null where runs cannot be told apart along the batch axis: a batch of more than one patch is one run, which
 *   shares its sums, and is large enough by itself.
 */
export function stackRuns(graph: Graph, count: number): Graph | null {
  if (count === 1) return graph;
  const isOfRun: boolean[] = [];
  for (const { operation, shape } of graph.nodes) {
    const dependsOnRun = operation.kind === 'input' || operandsOf(operation).some((id) => isOfRun[id]);
    if (dependsOnRun && shape[0] !== 1) return null;
    isOfRun.push(dependsOnRun);
  }
  for (const id of graph.outputs.values()) if (isOfRun[id] !== true) return null;
  const nodes: GraphNode[] = [];
  const copies = new Map<NodeId, NodeId>();
  const written: NodeId[] = [];
  const write = (operation: Operation, shape: GraphNode['shape']): NodeId => {
    nodes.push({ id: nodes.length, shape, operation });
    return nodes.length - 1;
  };
  /** A constant as often as there are runs, for operations that do not repeat an operand by themselves. */
  const copied = (id: NodeId): NodeId | null => {
    const { operation, shape } = graph.nodes[id]!;
    if (operation.kind !== 'constant') return null;
    let copy = copies.get(id);
    if (copy === undefined) {
      const data = new Float32Array(operation.data.length * count);
      for (let run = 0; run < count; run++) data.set(operation.data, run * operation.data.length);
      copy = write({ ...operation, data }, [count, shape[1], shape[2], shape[3]]);
      copies.set(id, copy);
    }
    return copy;
  };
  for (const { id, shape, operation } of graph.nodes) {
    let moved = withOperands(operation, (old) => written[old]!);
    if (isOfRun[id] === true && operation.kind === 'concatenate') {
      const inputs: NodeId[] = [];
      for (const member of operation.inputs) {
        const whole = isOfRun[member] === true ? written[member]! : copied(member);
        if (whole === null) return null;
        inputs.push(whole);
      }
      moved = { kind: 'concatenate', inputs };
    }
    written[id] = write(moved, isOfRun[id] === true ? [count, shape[1], shape[2], shape[3]] : shape);
  }
  const renamed = (names: ReadonlyMap<string, NodeId>) =>
    new Map([...names].map(([name, old]) => [name, written[old]!]));
  return { nodes, inputs: renamed(graph.inputs), outputs: renamed(graph.outputs) };
}
