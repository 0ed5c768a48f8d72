/** ONNX's `Loop`: a graph that runs over and over inside one call, so that what it carries never leaves the runtime. */
import type { onnx } from 'onnx-proto';
import type { Shape } from '../ops.js';
import { type Emitter, valueInfo } from './emitter.js';

/** A value that a turn takes from the turn before it. */
export interface Carried {
  /** Its name inside the body. */
  name: string;
  shape: Shape;
  /** Name, outside, of what the first turn sees. */
  initial: string;
  /** Name, inside, of what the next turn sees. */
  next: string;
}

export interface Loop {
  /** Name of an int64 scalar: the number of turns. */
  turns: string;
  /** Name, inside, of the number of the turn, from 0: int64 []. */
  turn: string;
  carried: readonly Carried[];
  /** Names, inside, of scalars that every turn leaves. */
  collected: readonly string[];
  /** What a turn computes. It sees everything outside by name. */
  body: Emitter;
}

/**
 * @returns names, outside, of the last values of what is carried, and of the collected scalars, float32 [turns] each
 */
export function emitLoop(
  outside: Emitter,
  { turns, turn, carried, collected, body }: Loop,
): { last: string[]; collected: string[] } {
  const condition = `${turn}:go`;
  const go = body.call({ type: 'Identity', inputs: [condition] });
  // A body may not name the same value twice, nor return what lies outside; a copy of a scalar costs nothing.
  const results = collected.map((name) => body.call({ type: 'Identity', inputs: [name] }));
  const graph: onnx.IGraphProto = {
    name: turn,
    node: body.nodes,
    initializer: body.initializers,
    input: [
      valueInfo(turn, [], 'int64'),
      valueInfo(condition, [], 'bool'),
      ...carried.map(({ name, shape }) => valueInfo(name, shape, 'float32')),
    ],
    output: [
      valueInfo(go, [], 'bool'),
      ...carried.map(({ next, shape }) => valueInfo(next, shape, 'float32')),
      ...results.map((name) => valueInfo(name, [], 'float32')),
    ],
  };
  const outputs = outside.node(
    {
      type: 'Loop',
      inputs: [turns, '', ...carried.map(({ initial }) => initial)],
      attributes: { body: { graph } },
    },
    carried.length + collected.length,
  );
  return { last: outputs.slice(0, carried.length), collected: outputs.slice(carried.length) };
}
