/** The readable form of a graph, one tensor a line: what tests pin and what people debug. */
import type { Graph } from './graph.js';
import type { Tensor } from './ops.js';
import { showType } from './shapes/index.js';

/**
 * @example
 * %0 float32[2, 3] = parameter {name: "w", shape: [2, 3]}
 * %1 float32[2, 3] = relu %0
 * return loss: %1
 */
export function printGraph({ nodes, outputs }: Graph): string {
  const numbers = new Map(nodes.map((node, i) => [node, `%${i}`]));
  const lines = nodes.map((node) => {
    const call = [node.op, ...node.inputs.map((input) => numbers.get(input)!), showAttributes(node)];
    return `${numbers.get(node)} ${showType(node)} = ${call.filter((part) => part !== '').join(' ')}`;
  });
  const results = Object.entries(outputs).map(([name, tensor]) => `${name}: ${numbers.get(tensor)}`);
  return [...lines, `return ${results.join(', ')}`].join('\n');
}

/** `{axis: 1, start: 0}` with sorted names; empty without attributes. Different attributes never read the same. */
export function showAttributes({ attributes }: Tensor): string {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? ''
    : `{${entries.map(([name, value]) => `${name}: ${show(value)}`).join(', ')}}`;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value !== 'number') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}
