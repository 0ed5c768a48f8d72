/**
 * Graphs as JSON: `graph.json` of a run, which another engine reads to train the same model.
 *
 * Node i names its inputs by index, always smaller than i; shape and dtype follow from the rest and are written
 * for readers that have no shape rules.
 */
import { z } from 'zod';
import { AssayError } from '../errors.js';
import { make } from './build.js';
import { type Graph, graphOf } from './graph.js';
import { opNames, opSchemas } from './op-schemas.js';
import type { Attributes, Inputs, OpName, Tensor } from './ops.js';
import { sameShape, showType } from './shapes/index.js';

const index = z.int().min(0);

const graphSchema = z.strictObject({
  formatVersion: z.literal(1),
  nodes: z.array(
    z.strictObject({
      op: z.string(),
      inputs: z.array(index),
      attributes: z.unknown(),
      shape: z.array(index),
      dtype: z.enum(['float32', 'int32']),
    }),
  ),
  outputs: z.record(z.string(), index),
});

export type GraphJson = z.infer<typeof graphSchema>;

export function graphToJson({ nodes, outputs }: Graph): GraphJson {
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  return {
    formatVersion: 1,
    nodes: nodes.map(({ op, inputs, attributes, shape, dtype }) => ({
      op,
      inputs: inputs.map((input) => numbers.get(input)!),
      attributes,
      shape: [...shape],
      dtype,
    })),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, numbers.get(tensor)!]),
    ),
  };
}

/**
 * @param subject what error messages are about, for example the file's path
 * @throws AssayError for anything that is not a well-formed graph
 */
export function graphFromJson(json: unknown, subject = 'graph.json'): Graph {
  const parsed = graphSchema.safeParse(json);
  if (!parsed.success) throw malformed(subject, parsed.error);
  const tensors: Tensor[] = [];
  const leafNames = new Set<string>();
  const at = (where: string, i: number): Tensor => {
    const tensor = tensors[i];
    if (tensor === undefined) {
      throw new AssayError(where, 'no such node before it', { got: String(i) });
    }
    return tensor;
  };
  for (const [i, node] of parsed.data.nodes.entries()) {
    const where = `${subject}: node ${i}`;
    const inputs = node.inputs.map((input) => at(where, input));
    const tensor = nodeFrom(where, node.op, inputs, node.attributes);
    if (!sameShape(tensor.shape, node.shape) || tensor.dtype !== node.dtype) {
      throw new AssayError(where, `wrong type of ${node.op}`, {
        expected: showType(tensor),
        got: showType(node),
      });
    }
    requireNewName(where, tensor, leafNames);
    tensors.push(tensor);
  }
  const outputs = Object.entries(parsed.data.outputs);
  return graphOf(Object.fromEntries(outputs.map(([name, i]) => [name, at(`${subject}: output ${name}`, i)])));
}

function nodeFrom(where: string, op: string, inputs: readonly Tensor[], attributes: unknown): Tensor {
  if (!isOpName(op)) {
    throw new AssayError(where, 'unknown op', { expected: opNames.join(', '), got: op });
  }
  const schema = opSchemas[op];
  const [fewest, most] = schema.inputs;
  if (inputs.length < fewest || inputs.length > most) {
    const expected = fewest === most ? String(fewest) : `${fewest} … ${most}`;
    throw new AssayError(where, `wrong number of inputs of ${op}`, {
      expected,
      got: String(inputs.length),
    });
  }
  const parsed = schema.attributes.safeParse(attributes);
  if (!parsed.success) throw malformed(`${where} (${op})`, parsed.error);
  try {
    return make(op, inputs as Inputs<OpName>, parsed.data as Attributes<OpName>);
  } catch (error) {
    if (error instanceof AssayError) throw new AssayError(`${where} (${op})`, error.problem, error.details);
    throw error;
  }
}

/** A leaf is known by its name: a second one of that name would be another tensor that receives no gradient. */
function requireNewName(where: string, tensor: Tensor, known: Set<string>): void {
  if (tensor.op !== 'parameter' && tensor.op !== 'input') return;
  const { name } = tensor.attributes;
  if (known.has(name)) throw new AssayError(where, `a second leaf named "${name}"`);
  known.add(name);
}

const isOpName = (op: string): op is OpName => (opNames as readonly string[]).includes(op);

function malformed(subject: string, error: z.ZodError): AssayError {
  const issue = error.issues[0]!;
  return new AssayError(subject, `bad ${issue.path.join('.') || 'form'}`, { expected: issue.message });
}
