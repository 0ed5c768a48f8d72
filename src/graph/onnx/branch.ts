/** ONNX's `If`: one of two graphs runs, as a value of the moment decides. */
import type { onnx } from 'onnx-proto';
import type { Shape } from '../ops.js';
import { type Emitter, valueInfo } from './emitter.js';

/** A graph's emitter, and the name of its result inside it. It sees everything outside by name. */
type Branch = readonly [emitter: Emitter, result: string];

/** @returns name of the float32 result of that shape */
export function emitIf(
  emitter: Emitter,
  condition: string,
  shape: Shape,
  { whenTrue, whenFalse }: { whenTrue: Branch; whenFalse: Branch },
): string {
  const graph = ([{ nodes, initializers }, result]: Branch): { graph: onnx.IGraphProto } => ({
    graph: {
      name: result,
      node: nodes,
      initializer: initializers,
      output: [valueInfo(result, shape, 'float32')],
    },
  });
  const attributes = { then_branch: graph(whenTrue), else_branch: graph(whenFalse) };
  return emitter.node({ type: 'If', inputs: [condition], attributes }, 1)[0]!;
}
