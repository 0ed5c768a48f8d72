/** Gathers what the stages measured into one `Report`: a plain record, no file access, the same input the same output. */
import { pick } from '../pick.js';
import type {
  BudgetChoice,
  CorpusStore,
  Evaluation,
  EvaluationMetric,
  Ranking,
  RateChoice,
  Recipe,
  Report,
  RunResult,
  Study,
  TokenStore,
} from '../records.js';
import { sum } from '../stats/index.js';
import { decide } from './decision/decide.js';
import { schedulesOf } from './schedules.js';
import type { Undecided } from './view.js';

export interface ReportInputs
  extends Partial<Pick<Report, 'rateBand' | 'transfer' | 'alignment' | 'elimination' | 'compared'>> {
  study: Study<number>;
  assayVersion: string;
  /** Frozen for every run of the study: `steps` optimizer steps on `parameters` weights. */
  model: { parameters: number; vocabularySize: number; steps: number };
  ranking: Ranking;
  /** Failed runs included; `folder` is shown as given. */
  runs: (RunResult & { folder: string })[];
  /** Runs that have no result yet. */
  unfinished?: { id: string; recipe: string; seed: number; folder: string }[];
  recipes: Recipe[];
  stores: { corpus: CorpusStore; store: TokenStore }[];
  /** Documents dropped, by source and reason. */
  dropped: Record<string, Record<string, number>>;
  /** By recipe and source. */
  selections: Record<string, Record<string, Omit<Report['selections'][number], 'recipe' | 'source'>>>;
  evaluation: Evaluation;
  cost: Report['cost'];
  /** What `learningRate: tiny` stands for. */
  choice?: RateChoice;
  /** What was chosen for the study's budget. */
  budget?: BudgetChoice;
  /** Unigram entropy of validation domains, nats per token. */
  unigramNats?: Record<string, number>;
}

export function buildReport(inputs: ReportInputs): Report {
  const { study, model, evaluation } = inputs;
  const { proxy } = study;
  const weights = Object.fromEntries(evaluation.domains.map(({ name, weight }) => [name, weight]));
  const schedules = schedulesOf(inputs.recipes, proxy.context);
  const report: Undecided = {
    formatVersion: 1,
    study: study.name,
    studyText: study.text,
    assayVersion: inputs.assayVersion,
    proxy: {
      model: proxy.model,
      parameters: model.parameters,
      learningRate: proxy.learningRate,
      ...pick(inputs, 'choice'),
      steps: model.steps,
      tokensPerRun: model.steps * proxy.batch * proxy.context,
      batch: proxy.batch,
      context: proxy.context,
      vocabularySize: model.vocabularySize,
      order: proxy.order,
    },
    ...pick(inputs, 'budget'),
    ranking: inputs.ranking,
    sources: inputs.stores.map(({ corpus, store }) => ({
      source: corpus.source,
      documents: corpus.documents,
      tokens: store.tokens,
      bytes: corpus.bytes,
      malformed: corpus.malformed,
      filtered: corpus.filtered,
      dropped: inputs.dropped[corpus.source] ?? {},
    })),
    validation: evaluation.domains.map(({ name, weight, documents }) => ({
      domain: name,
      weight,
      documents: documents.length,
      tokens: sum(documents.map(({ tokens }) => tokens)),
      bytes: sum(documents.map(({ bytes }) => bytes)),
      ...(inputs.unigramNats?.[name] === undefined ? {} : { unigramNats: inputs.unigramNats[name] }),
    })),
    shares: inputs.recipes.flatMap((recipe) =>
      recipe.sources.map((part) => ({
        recipe: recipe.name,
        source: part.source,
        share: part.share,
        realisedShare: part.realisedShare,
        tokens: part.windows * proxy.context,
        epochs: part.availableWindows === 0 ? 0 : part.windows / part.availableWindows,
      })),
    ),
    selections: Object.entries(inputs.selections).flatMap(([recipe, sources]) =>
      Object.entries(sources).map(([source, { documents, tokens, dropped }]) => ({
        recipe,
        source,
        documents,
        tokens,
        dropped,
      })),
    ),
    ...(schedules.length > 0 && { schedules }),
    trajectories: inputs.runs.map(({ recipe, seed, evaluations }) => ({
      recipe,
      seed,
      points: evaluations.map((evaluation) => point(evaluation, weights)),
    })),
    cost: inputs.cost,
    ...pick(inputs, 'rateBand', 'transfer', 'alignment', 'elimination', 'compared'),
    runs: [
      ...inputs.runs.map(({ id, recipe, seed, failure, folder }) =>
        failure === undefined
          ? ({ id, recipe, seed, status: 'done', folder } as const)
          : ({ id, recipe, seed, status: 'failed', reason: failure, folder } as const),
      ),
      ...(inputs.unfinished ?? []).map(({ id, recipe, seed, folder }) => {
        const run = { id, recipe, seed, folder };
        const stopped = inputs.elimination?.stopped.find((each) => each.recipe === recipe);
        return stopped === undefined
          ? { ...run, status: 'unfinished' as const }
          : { ...run, status: 'stopped' as const, reason: stopped.reason };
      }),
    ],
  };
  return { ...report, decision: decide(report) };
}

/** Losses in nats per token; the objective is their mean weighted by domain. */
function point({ step, tokens, domains }: EvaluationMetric, weights: Record<string, number>) {
  const losses = Object.fromEntries(Object.entries(domains).map(([name, { lossNats }]) => [name, lossNats]));
  const lossNats = sum(Object.entries(losses).map(([name, loss]) => (weights[name] ?? 0) * loss));
  return { step, tokens, lossNats, domains: losses };
}
