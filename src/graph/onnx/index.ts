/** The total table of ONNX lowerings, and the model made with it. */
import onnxProto, { type onnx } from 'onnx-proto';
import { AssayError } from '../../errors.js';
import { eliminateCommonSubexpressions } from '../eliminate.js';
import { type Graph, leavesOf, rebuild } from '../graph.js';
import type { Node, OpName, Tensor } from '../ops.js';
import { schedule } from '../schedule.js';
import { simplify } from '../simplify.js';
import { contractionLowerings } from './contraction.js';
import { elementwiseLowerings } from './elementwise.js';
import { Emitter, valueInfo } from './emitter.js';
import { indexLowerings } from './index-ops.js';
import { lastAxisLowerings } from './last-axis.js';
import { layoutLowerings } from './layout.js';
import type { Lowerings } from './rule.js';

export { Emitter, valueInfo } from './emitter.js';
export { emitLoop } from './loop.js';

/** Leaves have their ONNX names before any node is written. */
const leaf = {
  emit(): never {
    throw new Error('parameters and inputs are ONNX inputs, not nodes');
  },
};

const lowerings: Lowerings = {
  parameter: leaf,
  input: leaf,
  constant: { emit: (emitter, { attributes: { value } }) => emitter.scalar(value) },
  ...elementwiseLowerings,
  ...layoutLowerings,
  ...contractionLowerings,
  ...lastAxisLowerings,
  ...indexLowerings,
};

/** Replaces every composite op by simpler ones, until none is left. */
export function expandComposites(graph: Graph): Graph {
  let changed = false;
  const next = rebuild(graph, (tensor) => {
    const expanded = expand(tensor);
    changed ||= expanded !== tensor;
    return expanded;
  });
  return changed ? expandComposites(next) : next;
}

function expand<K extends OpName>(node: Node<K>): Tensor {
  const lowering = lowerings[node.op];
  return 'expand' in lowering ? lowering.expand(node) : (node as unknown as Tensor);
}

/**
 * Writes the nodes of a graph.
 * @param nameOf the ONNX name of a parameter or input; its own by default
 * @returns the ONNX name of every output
 */
export function writeGraph(
  emitter: Emitter,
  graph: Graph,
  nameOf: (leaf: string) => string = (leaf) => leaf,
): Map<string, string> {
  const { nodes, outputs } = schedule(eliminateCommonSubexpressions(simplify(expandComposites(graph))));
  const names = new Map<Tensor, string>();
  for (const node of nodes) names.set(node, emit(emitter, node, names, nameOf));
  return new Map(Object.entries(outputs).map(([name, tensor]) => [name, names.get(tensor)!]));
}

/**
 * A serialised ONNX ModelProto. Its inputs are the graph's parameters and inputs, its outputs the graph's outputs,
 * all under their own names.
 * @throws AssayError when an input and an output share a name
 */
export function graphToOnnx(graph: Graph): Uint8Array {
  const emitter = new Emitter();
  const results = writeGraph(emitter, graph);
  const leaves = [...leavesOf(graph, 'parameter').values(), ...leavesOf(graph, 'input').values()];
  const clash = leaves.find(({ attributes: { name } }) => name in graph.outputs);
  if (clash !== undefined) {
    throw new AssayError('graph', `an input and an output are both named "${clash.attributes.name}"`);
  }
  emitter.nameOutputs([...results]);
  return modelOf(emitter, {
    inputs: leaves.map(({ attributes: { name }, shape, dtype }) => valueInfo(name, shape, dtype)),
    outputs: Object.entries(graph.outputs).map(([name, { shape, dtype }]) => valueInfo(name, shape, dtype)),
  });
}

/** The model made of an emitter's nodes, serialised. */
export function modelOf(
  { nodes, initializers }: Emitter,
  { inputs, outputs }: Record<'inputs' | 'outputs', onnx.IValueInfoProto[]>,
): Uint8Array {
  return onnxProto.onnx.ModelProto.encode({
    irVersion: 9,
    producerName: 'assay',
    opsetImport: [
      { domain: '', version: 20 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: { name: 'assay', node: nodes, initializer: initializers, input: inputs, output: outputs },
  }).finish();
}

function emit<K extends OpName>(
  emitter: Emitter,
  node: Node<K>,
  names: ReadonlyMap<Tensor, string>,
  nameOf: (leaf: string) => string,
): string {
  if (node.op === 'parameter' || node.op === 'input')
    return nameOf((node as Node<'parameter'>).attributes.name);
  const lowering = lowerings[node.op];
  if ('expand' in lowering) throw new Error(`composite op "${node.op}" was not expanded`);
  return lowering.emit(
    emitter,
    node,
    node.inputs.map((tensor) => names.get(tensor)!),
  );
}
