/** Writes the nodes of one ONNX graph; the same node asked for twice is written once. */
import onnxProto, { type onnx } from 'onnx-proto';
import type { DType, Shape } from '../ops.js';

/** The package is CommonJS: its values come by the default import, its types by name. */
const { AttributeProto, TensorProto } = onnxProto.onnx;

export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { string: string };

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
} as const satisfies Record<DType, number>;

export class Emitter {
  readonly nodes: onnx.INodeProto[] = [];
  readonly initializers: onnx.ITensorProto[] = [];
  private readonly known = new Map<string, string>();

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
    outputs[output] ||= `%${name}.${output}`;
    return outputs[output]!;
  }

  private write(key: string, { type, inputs, attributes = {}, domain }: OnnxCall): string {
    const index = String(this.nodes.length);
    this.nodes.push({
      opType: type,
      name: `${type}_${index}`,
      domain: domain ?? '',
      input: [...inputs],
      output: [`%${index}.0`],
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
    this.known.set(key, index);
    return index;
  }

  /**
   * Gives results their public names. What a node computes is renamed; what is named already, an input or a second
   * name for one result, is copied.
   */
  nameOutputs(outputs: readonly (readonly [name: string, result: string])[]): void {
    const computed = new Set(this.nodes.flatMap((node) => node.output!));
    const renamed = new Map<string, string>();
    const copies: onnx.INodeProto[] = [];
    for (const [name, result] of outputs) {
      if (computed.has(result) && !renamed.has(result)) renamed.set(result, name);
      else copies.push({ opType: 'Identity', domain: '', input: [result], output: [name] });
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
    const name = `%c${this.initializers.length}`;
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

/** The declaration of a graph input or output. */
export function valueInfo(name: string, shape: Shape, dtype: DType): onnx.IValueInfoProto {
  return {
    name,
    type: {
      tensorType: {
        elemType: elementTypes[dtype],
        shape: { dim: shape.map((length) => ({ dimValue: length })) },
      },
    },
  };
}

function attributeProto(name: string, value: OnnxAttribute): onnx.IAttributeProto {
  const { AttributeType } = AttributeProto;
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.string) };
}
