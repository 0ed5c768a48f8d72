/** From the models that a study writes down to the settings that are trained: defaults, inheritance, sweeps. */
import type { ComparedSetting, ProxySpec, Study } from '../records.js';
import { hashOf } from '../store/index.js';
import { type ModelFile, modelConfigOf } from './model.js';
import { parseTokens } from './quantities.js';
import { type GridPoint, sweepPoints } from './sweep.js';
import type { FurtherFile, ProxyFile } from './trained-model.js';

type Models = Pick<Study, 'proxy' | 'compared'>;
type Role = ComparedSetting['role'];

/** @param proxies at least one */
export function modelsOf(
  proxies: readonly [ProxyFile, ...FurtherFile[]],
  targets: readonly FurtherFile[],
): Models {
  const [first, ...others] = proxies;
  const proxy = specOf(first);
  const compared = [
    ...sweepOf(first, 'proxy'),
    ...others.flatMap((other) => {
      const whole = inherit(first, other);
      return [withRole(whole, 'proxy'), ...sweepOf(whole, 'proxy')];
    }),
    ...targets.flatMap((target) => {
      // The cross-checks have seen that there is a rate: its own, or those of the sweep.
      const whole = inherit(first, {
        ...target,
        learningRate: target.learningRate ?? 1,
        seeds: target.seeds ?? 1,
      });
      return target.sweep === undefined ? [withRole(whole, 'target')] : sweepOf(whole, 'target');
    }),
  ];
  return { proxy, compared: distinct(proxy, namedApart(proxy, compared)) };
}

/** What a model does not say is as in the first proxy, but for what depends on its own size and length. */
function inherit(first: ProxyFile, other: FurtherFile): ProxyFile {
  const {
    name: _,
    evaluateEvery: __,
    microBatch: ___,
    sweep: ____,
    tokens,
    tokensPerParameter,
    ...shared
  } = first;
  const length = other.tokens ?? other.tokensPerParameter;
  const given = Object.fromEntries(Object.entries(other).filter(([, value]) => value !== undefined));
  return {
    ...shared,
    ...(length === undefined ? { tokens, tokensPerParameter } : {}),
    ...given,
  } as ProxyFile;
}

function sweepOf(model: ProxyFile, role: Role): ComparedSetting[] {
  return model.sweep === undefined
    ? []
    : sweepPoints(model.sweep).map((point) => withRole(atPoint(model, point), role));
}

function atPoint(model: ProxyFile, point: GridPoint): ProxyFile {
  const { tokens, tokensPerParameter, ...rest } = point;
  const length = tokens ?? tokensPerParameter;
  return { ...model, ...rest, ...(length === undefined ? {} : { tokens, tokensPerParameter }) };
}

const withRole = (model: ProxyFile, role: Role): ComparedSetting => ({ ...specOf(model), role });

function specOf(file: ProxyFile): ProxySpec<number | 'tiny'> {
  const {
    model,
    tokens,
    tokensPerParameter,
    evaluationTokens,
    sweep: _,
    name = labelOf(model),
    ...options
  } = file;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Omit<typeof options, never>),
    name,
    model: modelConfigOf(model),
    tokens: tokens === undefined ? { perParameter: tokensPerParameter! } : { budget: parseTokens(tokens)! },
    ...(evaluationTokens === undefined ? {} : { evaluationTokens: parseTokens(evaluationTokens)! }),
  } as ProxySpec<number | 'tiny'>;
}

/** `gpt2-small`, `2x48`, `llama-4x256`. */
function labelOf(model: ModelFile): string {
  if (typeof model === 'string') return model;
  const size = `${model.layers}x${model.width}`;
  return model.family === 'gpt2' ? size : `${model.family}-${size}`;
}

/** A target that has the name of a proxy is another model all the same. */
function namedApart(proxy: ProxySpec<unknown>, compared: readonly ComparedSetting[]): ComparedSetting[] {
  const proxies = new Set(
    [proxy, ...compared.filter(({ role }) => role === 'proxy')].map(({ name }) => name),
  );
  return compared.map((setting) =>
    setting.role === 'target' && proxies.has(setting.name)
      ? { ...setting, name: `${setting.name}-target` }
      : setting,
  );
}

/** A point of a sweep may be the proxy's own setting, or that of another grid. */
function distinct(proxy: ProxySpec<unknown>, compared: readonly ComparedSetting[]): ComparedSetting[] {
  const seen = new Set([hashOf({ ...proxy, role: 'proxy' })]);
  return compared.filter((setting) => {
    const key = hashOf(setting);
    return seen.has(key) ? false : seen.add(key);
  });
}
