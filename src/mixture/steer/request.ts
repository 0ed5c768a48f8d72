/** What a trainer asks: the losses that it sees at the begin of a stage. */
import { AssayError } from '../../errors.js';

export interface SteerRequest {
  /** From 0; the trainer is about to begin it. */
  stage: number;
  /** Validation losses of the target now, in nats per token: one for each metric of the controller. */
  losses: Record<string, number>;
}

/** A well-formed request that does not fit what was answered before. */
export class StageConflict extends AssayError {}

/**
 * @param metrics all of them must be there, and nothing else
 * @throws AssayError that says what is wrong, without repeating more of the request than a name of it
 */
export function parseSteerRequest(value: unknown, metrics: readonly string[]): SteerRequest {
  const { stage, losses } = fieldsOf(value, 'request', ['stage', 'losses']);
  if (typeof stage !== 'number' || !Number.isSafeInteger(stage) || stage < 0)
    throw new AssayError('request: `stage`', 'not the number of a stage', {
      expected: 'a whole number from 0',
      got: typeof stage === 'number' ? `${stage}` : typeName(stage),
    });
  const given = fieldsOf(losses, 'request: `losses`', metrics);
  const checked = metrics.map((metric): [string, number] => {
    const loss = given[metric];
    if (typeof loss === 'number' && loss >= 0 && loss < Infinity) return [metric, loss];
    throw new AssayError(`request: loss "${metric}"`, 'not a loss', {
      expected: 'a finite number of at least 0, in nats per token',
      got: typeof loss === 'number' ? `${loss}` : typeName(loss),
    });
  });
  return { stage, losses: Object.fromEntries(checked) };
}

/** The fields of an object that has these and no others. */
function fieldsOf(value: unknown, subject: string, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AssayError(subject, 'not an object', {
      expected: `{ ${names.join(', ')} }`,
      got: typeName(value),
    });
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new AssayError(subject, `has no field "${missing}"`);
  const surplus = Object.keys(value).find((name) => !names.includes(name));
  if (surplus !== undefined)
    throw new AssayError(subject, `unknown field ${JSON.stringify(surplus.slice(0, 60))}`, {
      expected: names.join(', '),
    });
  return value as Record<string, unknown>;
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
