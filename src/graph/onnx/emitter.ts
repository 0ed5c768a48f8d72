/** Writes the nodes of one ONNX graph; the same node asked for twice is written once. */
import onnxProto, { type onnx } from 'onnx-proto';
import type { DType, Shape } from '../ops.js';

/** The package is CommonJS: its values come by the default import, its types by name. */
const { AttributeProto, TensorProto } = onnxProto.onnx;

export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { string: string }
  | { graph: onnx.IGraphProto };

export interface OnnxCall {
  type: string;
  inputs: readonly string[];
  attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Default '' (ai.onnx). */
  domain?: 'com.microsoft';
}

const elementTypes = {
  float32: TensorProto.DataType.FLOAT,
  int32: TensorProto.DataType.INT32,
  int64: TensorProto.DataType.INT64,
  bool: TensorProto.DataType.BOOL,
} as const satisfies Record<DType | 'int64' | 'bool', number>;

export class Emitter {
  readonly nodes: onnx.INodeProto[] = [];
  readonly initializers: onnx.ITensorProto[] = [];
  private graphs = 0;
  private readonly known = new Map<string, string>();

  /** @param scope what names begin with; every graph inside another one needs its own */
  constructor(private readonly scope = '') {}

  /**
   * Emits a node and names its output.
   * @param output which of its outputs; the calls for different outputs of one node share the node
   */
  call(call: OnnxCall, output = 0): string {
    const key = JSON.stringify(call);
    const name = this.known.get(key) ?? this.write(key, call);
    const node = this.nodes[Number(name)]!;
    const outputs = node.output!;
    // ONNX marks an output that nobody wants by an empty name; they are named as they are asked for.
    while (outputs.length <= output) outputs.push('');
    outputs[output] ||= this.resultName(name, output);
    return outputs[output]!;
  }

  /** An emitter for a graph inside this one. */
  inner(scope: string): Emitter {
    this.graphs += 1;
    return new Emitter(`${this.scope}${scope}${this.graphs}/`);
  }

  /** Emits a node with several outputs, which is shared with nobody. */
  node(call: OnnxCall, outputs: number): string[] {
    const index = this.write(undefined, call);
    const node = this.nodes[Number(index)]!;
    node.output = Array.from({ length: outputs }, (_, output) => this.resultName(index, output));
    return node.output;
  }

  private write(key: string | undefined, { type, inputs, attributes = {}, domain }: OnnxCall): string {
    const index = String(this.nodes.length);
    this.nodes.push({
      opType: type,
      name: `${type}_${index}`,
      domain: domain ?? '',
      input: [...inputs],
      output: [this.resultName(index, 0)],
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
    if (key !== undefined) this.known.set(key, index);
    return index;
  }

  private resultName(node: string, output: number): string {
    return `%${this.scope}${node}.${output}`;
  }

  /**
   * Gives results their public names. What a node computes is renamed; what is named already, an input or a second
   * name for one result, or is known by its name to a graph inside, is copied.
   */
  nameOutputs(outputs: readonly (readonly [name: string, result: string])[]): void {
    const inside = new Set(this.nodes.flatMap(namesInside));
    const computed = new Set(this.nodes.flatMap((node) => node.output!).filter((name) => !inside.has(name)));
    const renamed = new Map<string, string>();
    const copies: onnx.INodeProto[] = [];
    for (const [name, result] of outputs) {
      if (computed.has(result) && !renamed.has(result)) renamed.set(result, name);
      else copies.push({ opType: 'Identity', domain: '', input: [result], output: [name], attribute: [] });
    }
    this.nodes.push(...copies);
    const publicName = (name: string): string => renamed.get(name) ?? name;
    for (const node of this.nodes) {
      node.input = node.input!.map(publicName);
      node.output = node.output!.map(publicName);
    }
  }

  /** A constant vector of int64, as ONNX wants shapes and axes. */
  integers(values: readonly number[]): string {
    return this.initializer(`i64:${values.join(',')}`, [values.length], TensorProto.DataType.INT64, () =>
      BigInt64Array.from(values, BigInt),
    );
  }

  /** A constant int64 scalar. */
  integer(value: number): string {
    return this.initializer(`i64 scalar:${value}`, [], TensorProto.DataType.INT64, () =>
      BigInt64Array.of(BigInt(value)),
    );
  }

  /** A constant float32 array; `key` identifies its contents. */
  floats(key: string, shape: Shape, contents: () => Float32Array): string {
    return this.initializer(`f32:${key}`, shape, TensorProto.DataType.FLOAT, contents);
  }

  scalar(value: number): string {
    return this.floats(Object.is(value, -0) ? '-0' : String(value), [], () => Float32Array.of(value));
  }

  private initializer(
    key: string,
    shape: Shape,
    dataType: number,
    contents: () => Float32Array | BigInt64Array,
  ): string {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = `%${this.scope}c${this.initializers.length}`;
    const { buffer, byteOffset, byteLength } = contents();
    this.initializers.push({
      name,
      dims: [...shape],
      dataType,
      rawData: new Uint8Array(buffer, byteOffset, byteLength),
    });
    this.known.set(key, name);
    return name;
  }
}

/** What the graphs inside a node read. */
function namesInside({ attribute }: onnx.INodeProto): string[] {
  const nodes = attribute!.flatMap(({ g }) => g?.node ?? []);
  return nodes.flatMap((node) => [...node.input!, ...namesInside(node)]);
}

/** The declaration of a graph input or output; an axis whose length only the call knows has a name instead. */
export function valueInfo(
  name: string,
  shape: readonly (number | string)[],
  dtype: keyof typeof elementTypes,
): onnx.IValueInfoProto {
  return {
    name,
    type: {
      tensorType: {
        elemType: elementTypes[dtype],
        shape: {
          dim: shape.map((length) =>
            typeof length === 'number' ? { dimValue: length } : { dimParam: length },
          ),
        },
      },
    },
  };
}

function attributeProto(name: string, value: OnnxAttribute): onnx.IAttributeProto {
  const { AttributeType } = AttributeProto;
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
  if ('graph' in value) return { name, type: AttributeType.GRAPH, g: value.graph };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.string) };
}
