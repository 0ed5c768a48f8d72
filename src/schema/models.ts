/** From the models that a study writes down to the settings that are trained: defaults, inheritance, sweeps. */
import { modelName } from '../model-name.js';
import type { ComparedSetting, ProxySpec, Study } from '../records.js';
import { hashOf } from '../store/index.js';
import { type ModelFile, modelConfigOf } from './model.js';
import type { Problem } from './problems.js';
import { parseTokens } from './quantities.js';
import type { StudyFile } from './shape.js';
import { type GridPoint, sweepPoints } from './sweep.js';
import { type FurtherFile, ownOptions, type ProxyFile } from './trained-model.js';

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
  const length = other.tokens ?? other.tokensPerParameter;
  const own = [...ownOptions, ...(length === undefined ? [] : ['tokens', 'tokensPerParameter'])];
  const shared = Object.entries(first).filter(([option]) => !own.includes(option));
  const given = Object.entries(other).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...shared, ...given]) as unknown as ProxyFile;
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

/**
 * Models that would be taken for one: they have one name, and differ in more than a sweep can vary.
 * @param data a study of the right shape
 */
export function nameProblems({ proxy, target }: Pick<StudyFile, 'proxy' | 'target'>): Problem[] {
  const [first, ...others] = [proxy].flat() as [ProxyFile, ...FurtherFile[]];
  const placed = <T>(models: readonly T[], option: string, from: number, list: boolean) =>
    models.map((model, i) => ({ model, option, path: list ? [option, i + from] : [option] }));
  const models = [
    ...placed([first, ...others.map((other) => inherit(first, other))], 'proxy', 0, Array.isArray(proxy)),
    ...placed(
      [target ?? []].flat().map((other) => inherit(first, { ...other, learningRate: 1 })),
      'target',
      0,
      Array.isArray(target),
    ),
  ];
  return models.flatMap(({ model, option, path }, i): Problem[] => {
    const name = nameOf(model);
    const other = models.slice(0, i).find((each) => each.option === option && nameOf(each.model) === name);
    if (other === undefined || identityOf(other.model) === identityOf(model)) return [];
    return [
      { path, atKey: true, problem: `another model is called "${name}" too`, fix: 'Give each a `name`.' },
    ];
  });
}

/** What makes two models of one name the same: all that runs are not told apart by. */
function identityOf(file: ProxyFile): string {
  const { model, context, beta1, beta2, epsilon, gradientClip, stableShare, order } = specOf(file);
  return hashOf({ model, context, beta1, beta2, epsilon, gradientClip, stableShare, order });
}

const nameOf = ({ name, model }: Pick<ProxyFile, 'name' | 'model'>): string => name ?? labelOf(model);

/** `gpt2-small`, `2x48`, `llama-4x256`. */
const labelOf = (model: ModelFile): string => (typeof model === 'string' ? model : modelName(model));

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
