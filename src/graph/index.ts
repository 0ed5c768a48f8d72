/** Graph: tensor programs, their gradients, and ONNX Runtime underneath. Knows no stage. */
export * as build from './build.js';
export { differentiate, gradients } from './differentiate.js';
export { eliminateCommonSubexpressions, eliminateDeadCode } from './eliminate.js';
export { type Graph, graphOf, leavesOf, outputOf } from './graph.js';
export { type GraphJson, graphFromJson, graphToJson } from './json.js';
export {
  Emitter,
  emitLoop,
  expandComposites,
  graphToOnnx,
  modelOf,
  valueInfo,
  writeGraph,
} from './onnx/index.js';
export { opNames } from './op-schemas.js';
export type { DType, OpName, Shape, Tensor } from './ops.js';
export { printGraph } from './print.js';
export {
  type Array32,
  CompiledGraph,
  type CompileOptions,
  createSession,
  floatTensor,
  intTensor,
  type Session,
  wideTensor,
} from './runner.js';
export { sizeOf } from './shapes/index.js';
export { simplify } from './simplify.js';
