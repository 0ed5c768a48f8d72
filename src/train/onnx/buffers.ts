/** Two sets of tensors by name, read from one and written to the other; `swap` exchanges their roles. */
import type { Tensor } from 'onnxruntime-node';
import { floatTensor, type Shape, sizeOf } from '../../graph/index.js';

export class PingPong {
  private current: Record<string, Tensor> = {};
  private next: Record<string, Tensor> = {};

  /** @param shapes shape by name; all entries start as zeros */
  constructor(shapes: ReadonlyMap<string, Shape>) {
    for (const [name, shape] of shapes) {
      this.current[name] = floatTensor(new Float32Array(sizeOf(shape)), shape);
      this.next[name] = floatTensor(new Float32Array(sizeOf(shape)), shape);
    }
  }

  /** What a graph reads. */
  get feeds(): Readonly<Record<string, Tensor>> {
    return this.current;
  }

  /** What a graph writes, under the names of its outputs. */
  results(outputName: (name: string) => string): Record<string, Tensor> {
    return Object.fromEntries(Object.entries(this.next).map(([name, tensor]) => [outputName(name), tensor]));
  }

  swap(): void {
    [this.current, this.next] = [this.next, this.current];
  }

  /** Fills what is read next with zeros. */
  clear(): void {
    for (const name of Object.keys(this.current)) this.data(name).fill(0);
  }

  /** The current values themselves, not a copy. */
  data(name: string): Float32Array {
    return this.current[name]!.data as Float32Array;
  }
}
