import type { ExecutionPlan, Group } from '../execution-plan.js';

/** What the kernel computes, for a profile. */
export function groupLabel(plan: ExecutionPlan, group: Group): string {
  const size = `${group.shape.join('×')}`;
  const kinds = new Map<string, number>();
  for (const id of [...group.roots, ...group.body]) {
    const { operation } = plan.graph.nodes[id]!;
    const kind =
      operation.kind === 'unary' || operation.kind === 'binary' ? operation.function : operation.kind;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const parts = [...kinds].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`));
  return `${parts.join(', ')} → ${size}`;
}
