export * from './axis-map.js';
export type * from './graph.js';
export { GraphBuilder, operandsOf, type ConvolutionOptions } from './graph-builder.js';
export { GraphError } from './graph-error.js';
export { gradient } from './gradient.js';
export { interpretGraph, type InterpretOptions } from './interpret-graph.js';
export { describeGraph } from './describe-graph.js';
export { networkCost, type NetworkCost } from './network-cost.js';
