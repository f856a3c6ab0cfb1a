import type { Graph, NodeId, Shape } from '@sillage/fourdvarnet';
import { RuntimeError, type Tensors } from './network-runtime.js';

export type Input = { readonly name: string; readonly data: Float32Array; readonly shape: Shape };

/**
 * The inputs of a graph, each as long as its shape says.
 *
 * @throws {@link RuntimeError} `wrong-input` if one is missing, has another length, or is not an input of the graph.
 */
export function checkedInputs(graph: Graph, given: Tensors): readonly Input[] {
  const unknown = Object.keys(given).find((name) => !graph.inputs.has(name));
  if (unknown !== undefined) {
    const known = [...graph.inputs.keys()].join("', '");
    throw new RuntimeError('wrong-input', `the network has no input '${unknown}'; it has '${known}'`);
  }
  return Array.from(graph.inputs, ([name, id]) => checkedInput(graph, name, id, given[name]));
}

function checkedInput(graph: Graph, name: string, id: NodeId, data: Float32Array | undefined): Input {
  const { shape } = graph.nodes[id]!;
  const length = shape[0] * shape[1] * shape[2] * shape[3];
  if (data === undefined) {
    throw new RuntimeError(
      'wrong-input',
      `input '${name}' is missing; it has the shape [${shape.join(', ')}]`,
    );
  }
  if (data.length !== length) {
    throw new RuntimeError(
      'wrong-input',
      `input '${name}' has ${data.length} values, need ${length} for the shape [${shape.join(', ')}]`,
    );
  }
  return { name, data, shape };
}
