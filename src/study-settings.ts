/** The settings of a study: each model in each way that it is trained, fitted to the data and with a learning rate. */
import { AssayError, ExitCode } from './errors.js';
import { mapValues } from './map-values.js';
import { buildModel, countParameters, type Model } from './model/index.js';
import { resolveRecipes, type Selections } from './recipe/index.js';
import type { ComparedSetting, Evaluation, ProxySpec, RateChoice, Recipe, Study } from './records.js';
import { hashOf } from './store/index.js';
import { type RateOptions, withLearningRate } from './study-rate.js';
import type { TokenizedStudy } from './tokens/index.js';
import { planSteps } from './train/index.js';
import {
  type DomainInput,
  evaluationBudget,
  evaluationDocumentTokens,
  writeEvaluation,
} from './validation/index.js';

/** What of the data every setting is fitted to. */
export interface SettingData {
  /** Path of a folder of results. */
  folder: (name: string) => string;
  tokenizer: TokenizedStudy['tokenizer'];
  sources: TokenizedStudy['sources'];
  selections: Selections;
  domains: DomainInput[];
}

/** A model that has met the data: the length of its runs, what they are judged on, and the windows of each recipe. */
export interface FittedModel {
  model: Model;
  steps: number;
  evaluateEvery: number;
  evaluation: { folder: string; evaluation: Evaluation };
  /** Validation tokens of a domain, and of a document, at most. */
  evaluationTokens: number;
  documentTokens: number;
  recipes: Recipe[];
}

/** One model in one way of training it. */
export interface Setting extends FittedModel {
  spec: ProxySpec;
  role: 'proxy' | 'target';
  /** Why this rate, when the study says `tiny`. */
  choice?: RateChoice;
}

/** Another setting that has met the data, before its rate is a number. */
export interface FittedSetting {
  setting: ComparedSetting;
  fitted: FittedModel;
}

/**
 * @param first the first setting, where this is another: all are judged on the same documents
 * @throws AssayError (exit code data) when a recipe holds too few tokens
 */
export async function fitModel(
  study: Study,
  spec: ProxySpec<unknown>,
  { folder, tokenizer, selections, domains }: SettingData,
  first?: FittedModel,
): Promise<FittedModel> {
  // The size of a run follows from the model and the token budget; it is the same for every recipe.
  const { vocabularySize, endOfText, tokenByteLengths } = tokenizer;
  const { batch, context, warmupSteps = 0 } = spec;
  const model = buildModel(spec.model, { vocabularySize, context });
  const { steps, evaluateEvery } = planSteps(spec, countParameters(model));
  if (warmupSteps > steps)
    throw new AssayError(`model "${spec.name}"`, 'its warm-up is longer than its runs', {
      expected: `at most ${steps} steps`,
      got: String(warmupSteps),
      fix: 'Lower `warmupSteps`, or train on more tokens.',
      exitCode: ExitCode.study,
    });

  // The same fixed windows judge every run, and cost a small share of what training costs.
  const evaluationTokens =
    spec.evaluationTokens ??
    first?.evaluationTokens ??
    evaluationBudget({
      trainTokens: steps * batch * context,
      evaluations: 1 + Math.ceil(steps / evaluateEvery),
      domains: domains.length,
    });
  const documentTokens = first?.documentTokens ?? evaluationDocumentTokens(context, evaluationTokens);
  const evaluation = await writeEvaluation(folder('evaluation'), domains, {
    ...{ context, documentTokens, endOfText, tokenByteLengths },
    budgetTokens: evaluationTokens,
  });

  // Shares of tokens become whole windows, or an error says which source lacks how many.
  const available = mapValues(selections, (chosen) => mapValues(chosen, ({ tokens }) => tokens));
  const recipes = resolveRecipes(study.recipes, available, steps * batch, context, selections, batch);
  return { model, steps, evaluateEvery, evaluation, evaluationTokens, documentTokens, recipes };
}

/** @throws AssayError as `fitModel`; it names the model */
export async function fitCompared(
  study: Study,
  data: SettingData,
  first: FittedModel,
): Promise<FittedSetting[]> {
  const all: FittedSetting[] = [];
  for (const setting of study.compared) {
    try {
      all.push({ setting, fitted: await fitModel(study, setting, data, first) });
    } catch (error) {
      if (!(error instanceof AssayError) || error.subject.startsWith('model ')) throw error;
      const { subject, problem, details, exitCode } = error;
      throw new AssayError(`model "${setting.name}": ${subject}`, problem, { ...details, exitCode });
    }
  }
  return all;
}

/**
 * The other settings with numbers for their rates, after the first one. `tiny` is found once for a model: in a sweep of
 * something else its rate stays as it is.
 *
 * @param first the setting that decides
 * @throws AssayError as `withLearningRate`
 */
export async function rateSettings(
  study: Study,
  first: Setting,
  data: SettingData & { compared: FittedSetting[] },
  options: RateOptions & { train?: boolean },
): Promise<Setting[]> {
  const settings = [first];
  const tiny = new Map(first.choice ? [[first.spec.name, first.spec.learningRate]] : []);
  for (const { setting, fitted } of data.compared) {
    const { role, learningRate: asked, ...rest } = setting;
    const known = asked === 'tiny' ? tiny.get(rest.name) : asked;
    if (known !== undefined) {
      settings.push({ ...fitted, spec: { ...rest, learningRate: known }, role });
      continue;
    }
    const own = { ...study, proxy: { ...rest, learningRate: asked } };
    const rated = await withLearningRate(own, { ...data, ...fitted }, { ...options, model: rest.name, role });
    const { proxy: spec } = rated.study;
    tiny.set(rest.name, spec.learningRate);
    settings.push({ ...fitted, spec, role, ...(rated.choice && { choice: rated.choice }) });
  }
  return distinct(settings);
}

/** A rate that was found may be one that is swept; a setting is trained and counted once. */
function distinct(settings: readonly Setting[]): Setting[] {
  const seen = new Set<string>();
  return settings.filter(({ spec: { tokens: _, ...spec }, role, steps }) => {
    const key = hashOf({ spec, role, steps });
    return seen.has(key) ? false : seen.add(key);
  });
}
