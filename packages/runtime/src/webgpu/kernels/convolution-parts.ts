import type { GraphNode } from '@sillage/fourdvarnet';
import type { Container, ExecutionPlan, Group } from '../execution-plan.js';
import { quadCount } from '../grid.js';
import { constantData, type KernelConstants } from './kernel-writer.js';

export type ConvolutionParts = {
  readonly operand: Container;
  /** Convolutions that share the operand; their outputs for one channel are computed in one thread. */
  readonly siblings: number;
  /** Points along each axis. */
  readonly kernel: number;
  readonly outputs: number;
  readonly inputs: number;
  readonly weightNodes: readonly GraphNode[];
  /** Of each sibling, `[outputs][inputs][lat][lon]`. */
  readonly weights: readonly Float32Array[];
  /** Where each input channel lies in the operand. */
  readonly lanes: readonly number[];
};

export function convolutionParts(plan: ExecutionPlan, group: Group): ConvolutionParts {
  const { operand, roots } = group;
  const lanes = operand === null ? undefined : plan.operandLanes.get(operand);
  if (operand === null || lanes === undefined) throw new Error(`group ${group.index} is no convolution`);
  const weightNodes = roots.map((root) => plan.graph.nodes[convolution(plan, root).weight]!);
  const [outputs, inputs, kernel] = weightNodes[0]!.shape;
  return {
    operand,
    siblings: roots.length,
    kernel,
    outputs,
    inputs,
    weightNodes,
    weights: weightNodes.map(constantData),
    lanes,
  };
}

/** `[quad of outputs][sibling] → 4 outputs`; null where no sibling has a bias. */
export function packedBias(plan: ExecutionPlan, group: Group): KernelConstants | null {
  const biases = group.roots.map((root) => convolution(plan, root).bias);
  if (biases.every((bias) => bias === null)) return null;
  const siblings = biases.length;
  return {
    key: `bias ${biases.join()}`,
    make: () => {
      const packed = new Float32Array(quadCount(group.shape[1]) * siblings * 4);
      for (const [s, bias] of biases.entries()) {
        if (bias === null) continue;
        for (const [o, value] of constantData(plan.graph.nodes[bias]!).entries()) {
          packed[((o >> 2) * siblings + s) * 4 + (o & 3)] = value;
        }
      }
      return packed;
    },
  };
}

function convolution(plan: ExecutionPlan, id: number) {
  const { operation } = plan.graph.nodes[id]!;
  if (operation.kind !== 'convolution') throw new Error(`node ${id} is no convolution`);
  return operation;
}
