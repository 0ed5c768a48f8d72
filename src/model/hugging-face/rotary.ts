/**
 * Options of rotary positions. Version 5 of the library keeps them in `rope_parameters`, earlier ones beside the sizes;
 * both are written, so that every version reads the same model.
 */
import type { Json, Options } from './options.js';

export const ropeParameters = (base: number, more: Json = {}): Json => ({
  rope_type: 'default',
  rope_theta: base,
  ...more,
});

/** Refuses every scaling of positions: `rope_type` is also called `type`, and `rope_parameters` `rope_scaling`. */
function requirePlain(parameters: Options | undefined): void {
  parameters?.require({ rope_type: 'default', type: 'default' });
}

/** The one set of rotary options of a model; undefined where they stand beside the sizes. */
export function readRope(options: Options): Options | undefined {
  requirePlain(options.object('rope_scaling'));
  const parameters = options.object('rope_parameters');
  requirePlain(parameters);
  return parameters;
}

/** The set of one kind of layer. */
export function readLayerRope(options: Options, kind: string): Options | undefined {
  requirePlain(options.object('rope_scaling'));
  const kinds = options.object('rope_parameters');
  requirePlain(kinds);
  const parameters = kinds?.object(kind);
  requirePlain(parameters);
  return parameters;
}
