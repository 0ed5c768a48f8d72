/**
 * The records that flow between stages, in the order of the journey. No logic lives here. One long file on purpose:
 * what a stage gets and gives can be read from top to bottom in one place.
 *
 * Units are in the names: `lossNats` is nats per token unless it says sum, `share` is a share of tokens.
 */

// ─── The study ──────────────────────────────────────────────────────────────────────────────────────────────

/** A study file after parsing, with every default filled in; `Study<number>` when its learning rate is chosen. */
export interface Study<Rate extends number | 'tiny' = number | 'tiny'> {
  name: string;
  /** Absolute path of the study file; relative paths inside it are relative to its folder. */
  file: string;
  /** The exact text of the study file, shown in the report. */
  text: string;
  tokenizer: TokenizerSpec;
  sources: Record<string, SourceSpec>;
  /** Views of sources that recipes may name like sources. */
  parts: Record<string, PartSpec>;
  recipes: Record<string, RecipeSpec>;
  signals: SignalsSpec;
  /** By name; model NAME gives the signal `perplexity_NAME`. */
  languageModels: Record<string, LanguageModelSpec>;
  contamination: ContaminationSpec;
  validate: Record<string, ValidationSpec>;
  /** Ranks the recipes. */
  proxy: ProxySpec<Rate>;
  /** What the ranking is compared with, one entry for each setting that is trained too. */
  compared: ComparedSetting[];
  /** Undefined: the proxy's sizes are all given. */
  budget?: BudgetSpec;
  /** Undefined: every run is trained to its end. */
  eliminate?: EliminateSpec;
  engine: EngineSpec;
  run: RunSettings;
}

/** What of a study the corpus stage reads. */
export type CorpusInput = Pick<
  Study,
  | 'name'
  | 'file'
  | 'sources'
  | 'parts'
  | 'recipes'
  | 'validate'
  | 'signals'
  | 'languageModels'
  | 'contamination'
  | 'run'
>;

/** What trains: ONNX Runtime inside Assay, PyTorch, or the user's own program. */
export type EngineSpec = { name: 'onnx' } | TorchEngine | CommandEngine;

/** How a run is spread over GPUs; it does not decide the result beyond rounding. */
export interface TorchDevices {
  /** GPUs of one run, a process each; on a CPU, processes. Default: 1. */
  devices?: number;
  /** Parameters, gradients and moments are divided over them. */
  shard?: boolean;
  /** Activations inside of layers are computed again for the gradient instead of kept. */
  activationCheckpointing?: boolean;
}

/** PyTorch 2, in a Python process that holds one run or several of one shape, or in several that train one run. */
export interface TorchEngine extends TorchDevices {
  name: 'torch';
  precision: 'fp32' | 'tf32' | 'bf16';
  device: 'auto' | 'cpu' | 'cuda';
  compile: 'auto' | 'always' | 'never';
  /** Runs in one process; it does not decide the result beyond rounding. */
  stack: 'auto' | number;
  /** A word that PATH is searched for, or an absolute path; it does not decide the result. */
  python?: string;
  /** What differs for the runs of targets. */
  target?: TorchDevices & { precision?: TorchEngine['precision'] };
}

/** The engine of a run with PyTorch: what was asked for, and what was there. */
export interface PreparedTorchEngine extends Omit<TorchEngine, 'target'> {
  device: 'cpu' | 'cuda';
  /** Of the worker's results. */
  version: string;
  /** PyTorch's own version. */
  torch: string;
  /** Processor or GPU; it does not decide the hash. */
  platform: string;
}

export interface CommandEngine {
  name: 'command';
  /** Program and arguments as the study has them; the run folder is added as the last. */
  command: string[];
  /** Absolute folder that the paths in `command` are relative to; it does not decide the result. */
  folder: string;
  /** Changed by the user when the trainer's results change. */
  version: string;
}

export type TokenizerSpec =
  | 'bytes'
  | 'gpt2'
  /** Entries of a vocabulary that is trained on the sources. */
  | { bpe: number }
  /** Absolute path of a Hugging Face `tokenizer.json`; the token that ends a document is found by its usual names. */
  | { file: string; endOfText?: string };

/** Semantics of the repetition measurements; see docs/signals.md. */
export type RepetitionProfile = 'dclm' | 'datatrove' | 'dolma';

/** Signals beyond those that every study has. What a condition names is measured without being asked for. */
export interface SignalsSpec {
  repetition: RepetitionProfile[];
  language: boolean;
}

/** An n-gram model that documents are judged by: trained on sources of the study, or read from a file. */
export type LanguageModelSpec = { train: string[]; order: number } | { path: string };

export interface ContaminationSpec {
  /** Largest share of a document's words inside 13-grams that validation sources or benchmarks hold; undefined: any. */
  maximum?: number;
  /** Absolute paths of benchmark files. */
  benchmarks: string[];
}

export interface SourceSpec {
  /** Absolute paths, folders or globs, or addresses: `https://…`, `hf://datasets/…`, `s3://…`. */
  paths: string[];
  /** Field or column that holds the text; `a.b` is field b inside field a. */
  text: string;
  /** Columns of the source that its documents carry along, each with the field that it is read from. */
  columns?: Record<string, string>;
  /** SQL over columns of the source: a row where it is not true is no document. */
  where?: string;
  /** The files hold tokens of this tokenizer instead of text: Megatron `.bin` and `.idx`, or `.npy`. */
  tokens?: { tokenizer: TokenizerSpec; dtype?: 'uint16' | 'uint32' };
}

/** What a column of a source may hold; anything nested is JSON text. */
export type ColumnValue = string | number | boolean | null;

/** A named part of a source: a view of its documents, whose text and tokens exist once. */
export interface PartSpec {
  /** The source. */
  of: string;
  /** Canonical SQL conditions; a document belongs to the part when every one of them is true. */
  where: string[];
}

export interface RecipeSpec {
  /** `natural`: token shares in proportion to the tokens that are kept. `shares`: the weights, which add up to 1. */
  kind: 'natural' | 'shares';
  /** Every source or part that takes part; of a recipe in stages, with its share of the whole run. */
  sources: Record<string, RecipeSourceSpec>;
  /** Shares that change over training, in order; absent where they stay the same. */
  stages?: StageSpec[];
}

export interface StageSpec {
  /** Share of the training after which the stage ends; 1 for the last. */
  until: number;
  /** Share of the stage's tokens by source; 0 for one that it leaves out. */
  weights: Record<string, number>;
}

export interface RecipeSourceSpec {
  /** Share of the training tokens; undefined in a natural recipe. */
  weight?: number;
  /** How many times a window may be used at most. */
  repeat: number;
  /**
   * Canonical SQL conditions in the order in which drops are counted: a document is dropped by the first that is not
   * true. Those of a part are not among them.
   */
  where: string[];
}

export type ValidationSpec =
  | { kind: 'source'; source: SourceSpec; weight: number }
  /** A share of the documents of a training source, chosen by hash of content. */
  | { kind: 'holdout'; of: string; share: number; weight: number };

/** Sizes that every model family has. */
export interface TransformerSizes {
  layers: number;
  /** Width of the residual stream. */
  width: number;
  /** Attention (query) heads. */
  heads: number;
  mlpWidth: number;
}
export interface Gpt2Config extends TransformerSizes {
  family: 'gpt2';
}
/** GPT-NeoX, the architecture of Pythia. */
export interface GptNeoxConfig extends TransformerSizes {
  family: 'gpt-neox';
  /** Share of each head's dimensions that rotate; Pythia: 0.25. */
  rotaryShare: number;
}
export interface OptConfig extends TransformerSizes {
  family: 'opt';
  /** Width of the token embeddings; another than `width` adds projections in and out, as in OPT-350M. */
  embeddingWidth: number;
  /** Norms before attention and MLP; false in OPT-350M, which has them after. */
  normFirst: boolean;
}
export interface LlamaConfig extends TransformerSizes {
  family: 'llama';
  /** Divides `heads`; fewer than `heads` is grouped-query attention. */
  keyValueHeads: number;
  /** Whether the projection to the vocabulary is the embedding table. */
  tied: boolean;
  rotaryBase: number;
  normEpsilon: number;
}
/** The text model of Gemma 3. */
export interface Gemma3Config extends TransformerSizes {
  family: 'gemma3';
  keyValueHeads: number;
  /** Dimensions of a head; heads · headSize need not be `width`. */
  headSize: number;
  /** Attention scores are divided by √queryScalar. */
  queryScalar: number;
  /** Positions that local layers see, their own included. */
  window: number;
  /** Layers globalEvery, 2 · globalEvery, … (from 1) see all positions. */
  globalEvery: number;
  /** Of global layers. */
  rotaryBase: number;
  localRotaryBase: number;
}
/** A model family and its sizes. Vocabulary and context come from the tokenizer and the study. */
export type ModelConfig = Gpt2Config | GptNeoxConfig | OptConfig | LlamaConfig | Gemma3Config;

export interface ProxySpec<Rate = number> {
  /** What reports call the model: `gpt2-small`, `2x48`. */
  name: string;
  model: ModelConfig;
  /** Peak learning rate; `tiny` until one is chosen for the study. */
  learningRate: Rate;
  /** Training tokens of a run, before rounding up to whole steps. */
  tokens: { budget: number } | { perParameter: number };
  /** Windows per optimizer step. */
  batch: number;
  /** Tokens predicted per window. */
  context: number;
  /** Number of seeds; run s of a recipe uses seed s, from 0. */
  seeds: number;
  weightDecay: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  gradientClip: number;
  /** Undefined: min(2000 steps, 10 %). */
  warmupSteps?: number;
  /** Share of all steps spent at the peak rate after warm-up. */
  stableShare: number;
  /** `paired`: recipes meet shared documents in the same order. `independent`: each recipe has its own order. */
  order: 'paired' | 'independent';
  /** Steps between validations; undefined: 10 evenly spaced validations. */
  evaluateEvery?: number;
  /** Validation tokens per domain; undefined: chosen so that evaluation stays under 15 % of a run's cost. */
  evaluationTokens?: number;
  /** Windows per micro-batch; undefined: chosen once from a memory budget. */
  microBatch?: number;
  /** Steps between measurements of gradient alignment; undefined: not measured. */
  alignmentEvery?: number;
}

/** A setting beside the first proxy's own: the proxy in its sweep, another proxy, or a target in its sweep. */
export interface ComparedSetting extends ProxySpec<number | 'tiny'> {
  role: 'proxy' | 'target';
}

export interface RunSettings {
  /** Absolute folder of results. */
  output: string;
  /** Runs at once; undefined: as many as have cores and memory of their own. */
  workers?: number;
  /** Threads of one run; part of what decides bits. Undefined: 1, more where there are more cores than runs. */
  threads?: number;
  onMalformed: 'skip' | 'fail';
  /** Keep the optimizer's moments in the checkpoints of finished runs. */
  keepOptimizer: boolean;
  /** Least seconds between checkpoints; never more than 5 % of the time goes into them. */
  checkpointSeconds: number;
}

// ─── corpus ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface Document {
  /** First 128 bits of the SHA-256 of the UTF-8 text, as 32 hex digits. Exact copies share it. */
  id: string;
  source: string;
  /** Where it was read: `mail.jsonl:17`, `src/a.ts`; rows count from 1. */
  origin: string;
  text: string;
  /** The columns that the source names, null where a row has none. Absent when it names none. */
  columns?: Record<string, ColumnValue>;
}

/** `source.json` of a corpus store folder: a source read once, and measured once for every recipe. */
export interface CorpusStore {
  /** Absolute folder. */
  folder: string;
  source: string;
  hash: string;
  documents: number;
  /** UTF-8 bytes of all texts. */
  bytes: number;
  /** The source's own columns, carried along. */
  columns: { name: string; type: 'DOUBLE' | 'BIGINT' | 'VARCHAR' | 'BOOLEAN' }[];
  malformed: number;
  /** Malformed rows counted by the kind of their reason. */
  malformedReasons: Record<string, number>;
  /** Rows that the source's `where` leaves out, by reason. Rows read = documents + malformed + filtered. */
  filtered: Record<string, number>;
}

/** One document as its source's corpus store and token store hold it. */
export interface DocumentRow {
  id: string;
  origin: string;
  /** 0 for the first document of the source with this content, 1 for the second, … */
  copy: number;
  bytes: number;
  characters: number;
  words: number;
  lines: number;
  /** Without the end-of-text token that follows it in the store. */
  tokens: number;
  /** Index of its first token in `tokens.bin`. */
  offset: number;
}

/** A row that could not be read: counted, and skipped or fatal. */
export interface MalformedRow {
  origin: string;
  reason: string;
}

/** Rows of one file that the source's `where` leaves out: it is false for them, or null (unknown). */
export interface FilteredRows {
  /** The file, without a row. */
  origin: string;
  value: 'false' | 'null';
  rows: number;
}

// ─── tokens ─────────────────────────────────────────────────────────────────────────────────────────────────

/** A file of tokens, little endian. */
export interface TokenFile {
  path: string;
  /** Its size in tokens, a header included where it has one. */
  tokens: number;
}

/** `store.json` of a token store folder, which also holds `tokens.bin` and `tokens.parquet`. */
export interface TokenStore {
  /** Absolute folder. */
  folder: string;
  source: string;
  hash: string;
  tokenizerHash: string;
  /** Bytes per token in `tokens.bin`, little endian. */
  tokenBytes: 2 | 4;
  documents: number;
  /** End-of-text tokens included: one after each document. */
  tokens: number;
  /** Files of a source that is used in place, absolute, in the place of `tokens.bin`; offsets count through them. */
  inPlace?: TokenFile[];
}

// ─── recipe and plan ────────────────────────────────────────────────────────────────────────────────────────

/** A recipe that has met the data: whole windows per source that add up to the run's windows. */
export interface Recipe {
  name: string;
  sources: RecipeSource[];
  /** Of a recipe in stages, in order; they add up to `sources`. */
  stages?: RecipeStage[];
}

export interface RecipeStage {
  /** Whole optimizer steps of them. */
  windows: number;
  /** As in the recipe, in the same order. */
  sources: Pick<RecipeSource, 'source' | 'share' | 'windows'>[];
}

export interface RecipeSource {
  source: string;
  /** Share of tokens asked for, in [0, 1]. */
  share: number;
  windows: number;
  /** windows / all windows. */
  realisedShare: number;
  availableWindows: number;
  repeat: number;
}

/** One append-only phase of a run's plan; `plan/phase-<k>.json`, beside it `phase-<k>.bin`: a source index per window. */
export interface PlanPhase {
  hash: string;
  /** Hash of the phase before, or of the supply; absent in the first phase of a plan that was known in advance. */
  after?: string;
  /** The losses that led to this phase; absent where none did. */
  observed?: ObservedLosses;
  context: number;
  windows: number;
  /** Index in this array = byte in `phase-<k>.bin`. */
  sources: PlanSource[];
}

/** What a model showed when a phase was decided. */
export interface ObservedLosses {
  step: number;
  /** Nats per token by validation domain. */
  lossNats: Record<string, number>;
}

export interface PlanSource {
  source: string;
  windows: number;
  share: number;
  /** Path of the shared document order, relative to the run folder: (offset, tokens) as two uint64 a document. */
  order: string;
  /**
   * Path of `tokens.bin`, relative to the run folder; or several files that are read as if they were joined, with the
   * tokens that each holds from its first byte to its last.
   */
  tokens: string | TokenFile[];
  tokenBytes: 2 | 4;
  /** Windows of this source in earlier phases, where the phase goes on; absent in the first phase of a plan. */
  first?: number;
}

/** `plan/supply.json` of a run whose phases are decided while it trains: what they are made of. */
export interface PlanSupply {
  hash: string;
  context: number;
  /** Decides how sources interleave. */
  key: string;
  sources: SupplySource[];
}

export interface SupplySource extends Pick<PlanSource, 'source' | 'order' | 'tokens' | 'tokenBytes'> {
  orderHash: string;
  storeHash: string;
  availableWindows: number;
  repeat: number;
}

/** `evaluation/evaluation.json`: what is validated, the same for every run of a study. */
export interface Evaluation {
  hash: string;
  context: number;
  domains: EvaluationDomain[];
}

export interface EvaluationDomain {
  name: string;
  /** Share in the objective; the weights of all domains add up to 1. */
  weight: number;
  /**
   * File beside `evaluation.json`: uint32 little-endian tokens, the domain's stream: an end-of-text token, then
   * each document's tokens and its end-of-text token. Window w is stream[w·context .. w·context + context],
   * so every token but the first is predicted exactly once; the last window is padded and masked.
   */
  file: string;
  documents: EvaluationDocument[];
}

export interface EvaluationDocument {
  id: string;
  /** Predicted tokens, the end-of-text token included unless the document was cut. */
  tokens: number;
  /** UTF-8 bytes that these tokens stand for. */
  bytes: number;
}

// ─── train ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `run.json`: everything that decides the bits of a run, and where its inputs lie. */
export interface RunSpec {
  formatVersion: 1;
  id: string;
  /** Hash of all that decides the result. */
  hash: string;
  study: string;
  recipe: string;
  seed: number;
  model: ModelConfig;
  parameters: number;
  vocabularySize: number;
  endOfText: number;
  tokenizerHash: string;
  context: number;
  batch: number;
  microBatch: number;
  threads: number;
  steps: number;
  evaluateEvery: number;
  /** Steps between measurements of gradient alignment; absent: not measured. */
  alignmentEvery?: number;
  schedule: ScheduleSpec;
  optimizer: OptimizerSpec;
  keepOptimizer: boolean;
  planHash: string;
  evaluationHash: string;
  engine: { name: 'onnx'; version: string; platform: string } | PreparedTorchEngine | CommandEngine;
}

export interface ScheduleSpec {
  /** Peak rate. */
  learningRate: number;
  warmupSteps: number;
  stableSteps: number;
  decaySteps: number;
}

export interface OptimizerSpec {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  gradientClip: number;
}

/** One line of `metrics.jsonl`. */
export type MetricLine = StepMetric | AlignmentMetric | EvaluationMetric;

export interface StepMetric {
  kind: 'step';
  step: number;
  /** Tokens trained on after this step. */
  tokens: number;
  lossNats: number;
  /** Before clipping; undefined for a trainer without gradients. */
  gradientNorm?: number;
  /** Undefined for a trainer that has none. */
  learningRate?: number;
}

/** How far a step's gradient points where validation losses fall, at the parameters before the step. */
export interface AlignmentMetric {
  kind: 'alignment';
  /** As in the line of the step. */
  step: number;
  tokens: number;
  /** Steps that this one stands for, itself included. */
  steps: number;
  /** Sum of their learning rates. */
  reach: number;
  /** ∇ℓ_val · ∇ℓ by validation domain: nats per token that a step of plain SGD gains, for each unit of rate. */
  domains: Record<string, number>;
}

export interface EvaluationMetric {
  kind: 'evaluation';
  step: number;
  tokens: number;
  domains: Record<string, DomainLoss>;
}

export interface DomainLoss {
  /** Nats per token. */
  lossNats: number;
  bitsPerByte: number;
}

/** `done.json`, written last. */
export type RunOutcome = {
  /** Of `run.json`. */
  hash: string;
  step: number;
  seconds: number;
  /** Length of `metrics.jsonl`; what is written after it counts for nothing. Undefined for a process that died. */
  metricsBytes?: number;
} & (
  | {
      status: 'done';
      files: Record<string, string>;
      /** Of a run with several phases, or with phases that were decided while it trained. */
      phases?: RealisedPhase[];
    }
  | { status: 'failed'; reason: string }
);

export interface RealisedPhase {
  /** Of the phase. */
  hash: string;
  steps: number;
  /** Windows of each source as a share of the phase's. */
  shares: Record<string, number>;
}

/** What ranking reads of one run. */
export interface RunResult {
  id: string;
  recipe: string;
  seed: number;
  steps: number;
  tokens: number;
  parameters: number;
  seconds: number;
  failure?: string;
  /** The failure: a loss or gradient that is no number. Any other says nothing of the recipe. */
  diverged?: boolean;
  evaluations: EvaluationMetric[];
  /** Absent where it was not measured. */
  alignments?: AlignmentMetric[];
  /** Final per-document losses by domain; the documents are in the same order in every run of a study. */
  documents: Record<string, DocumentLosses>;
}

export interface DocumentLosses {
  ids: string[];
  /** Sum over the document's tokens, float64. */
  lossSumNats: Float64Array;
  tokens: Float64Array;
  bytes: Float64Array;
}

// ─── rate ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What Eq. (58) of arXiv 2512.24503 asks of one recipe, at one θ. */
export interface RecipeTerms {
  recipe: string;
  /** Share of each stream of documents in the recipe's windows; its gradient is their weighted mean. */
  shares: Record<string, number>;
  /** a = ∇ℓ_val · ∇ℓ. */
  alignment: number;
  /** ‖∇ℓ‖², without the part that is noise of the sample. */
  gradientSquared: number;
  /** tr(Σ): the trace of the covariance of single windows' gradients. */
  covarianceTrace: number;
}

/** The terms of Eq. (58) at one θ. */
export interface BoundTerms {
  /** Spectral norm of the Hessian of the validation loss. */
  lambdaMax: number;
  /** Estimate of its relative error, and Hessian-vector products that it took. */
  lambdaError: number;
  products: number;
  /** Alignment of each stream, and its standard error over windows; null for a single window. */
  streams: Record<string, { windows: number; alignment: number; alignmentError: number | null }>;
  recipes: RecipeTerms[];
}

export interface RatePair {
  /** The recipe with the larger alignment. */
  better: string;
  worse: string;
  /** Its alignment minus that of the other. */
  gap: number;
  /** Standard error of the gap over windows; streams in which the two agree do not count. */
  gapError: number | null;
  /** False: the gap is too small beside its error to say which is larger, a tie. */
  resolved: boolean;
  /** Eq. (58) for these two recipes alone. */
  bound: number;
}

/** Eq. (58) read in every way; all are learning rates. */
export interface RateBound {
  terms: BoundTerms;
  pairs: RatePair[];
  /** For all pairs: the least gap. */
  allPairs: number;
  /** The least gap among pairs that are no ties; undefined when all are ties. */
  resolvedPairs?: number;
  /** The largest rate that keeps `share` of the pairs that are no ties. */
  keeping?: { share: number; bound: number };
  /** With G = the gradient clip and no noise, for all pairs. */
  clipped: number;
}

/** A run of the sweep for the tuned rate. */
export interface RateTrial {
  learningRate: number;
  steps: number;
  /** Weighted validation loss at the end; null when the run failed. */
  lossNats: number | null;
  /** Validations: the sum of the learning rates so far, and the weighted loss. */
  points: { step: number; reach: number; lossNats: number }[];
}

/** `rate/rate.json`: what a tiny rate is for a study, and which one was chosen. */
export interface RateReport {
  formatVersion: 1;
  study: string;
  /** Of everything that was measured. */
  hash: string;
  parameters: number;
  batch: number;
  context: number;
  /** Of one run of the study; the sum of its learning rates is `reachPerRate` times the peak rate. */
  steps: number;
  reachPerRate: number;
  gradientClip: number;
  sweep: { tuned: number; atEdge: boolean; trials: RateTrial[] };
  /** Where the terms were taken: after so many steps at the tuned rate. */
  warmup: { data: 'equal shares' | 'each recipe'; steps: number; learningRate: number };
  sgd: RateBound;
  /** Of steps scaled by Adam's second moment; undefined when the trainer leaves no moments. */
  adam?: RateBound;
  /** Loss of the word frequencies of the training tokens, nats per token. */
  unigram: {
    /** Weighted like the objective; mean over recipes. */
    objective: number;
    domains: { domain: string; weight: number; entropyNats: number }[];
  };
  /** The rate at which a run comes down to the unigram entropy and no further; undefined when no trial did. */
  lower?: { reach: number; learningRate: number };
  rounding: { points: { learningRate: number; share: number }[]; floor?: number };
  choice: RateChoice;
  seconds: number;
}

/** A learning rate with its reasons; frozen in `learning-rate.json` of the results. */
export interface RateChoice {
  learningRate: number;
  /** Sum of the rates of a run's steps. */
  reach: number;
  tuned: number;
  /** The interval that it was kept in; undefined where there is no such end. */
  low?: number;
  high?: number;
  /** Plain sentences. */
  reasons: string[];
}

// ─── budget ─────────────────────────────────────────────────────────────────────────────────────────────────

/** What a study may spend. What `proxy` holds for a size that is not kept means nothing until one is chosen. */
export interface BudgetSpec {
  /** As it is written: `2h`. */
  text: string;
  limit: BudgetLimit;
  /** Sizes that the study says itself; the others are chosen. */
  keeps: SizeOption[];
}

export type BudgetLimit =
  | { kind: 'seconds'; seconds: number }
  | { kind: 'gpuHours'; hours: number }
  | { kind: 'flops'; flops: number };

/** Options of the proxy that a budget chooses where the study leaves them out; `tokens`: of a run, in either form. */
export type SizeOption = 'model' | 'tokens' | 'batch' | 'context' | 'seeds';

/** What was chosen for a budget; frozen in `budget.json` of the results. */
export interface BudgetChoice {
  budget: BudgetSpec;
  model: ModelConfig;
  parameters: number;
  batch: number;
  context: number;
  seeds: number;
  /** Of a run. */
  steps: number;
  /** Of a run: steps × batch × context. */
  tokens: number;
  cost: BudgetCost;
  noise: ExpectedNoise;
  /** Plain sentences: what was chosen, what it costs, what it cannot resolve. */
  reasons: string[];
}

/** What a study is expected to cost from its start to its report. */
export interface BudgetCost {
  /** Model arithmetic of all runs, their validation and the search for the rate. */
  flops: number;
  /** Of wall time; undefined where the speed of what trains is not known. */
  seconds?: {
    /** Reading, measuring and tokenising the data and measuring speed, up to the choice: spent, not predicted. */
    spent: number;
    /** Search for the tiny rate; 0 when the rate is given. */
    rate: number;
    /** All runs, validation, checkpoints and the last uneven round included. */
    training: number;
    /** Run folders, orders of documents and the report. */
    rest: number;
    total: number;
    /** Processor time of the part that is predicted, all processes together. */
    cpu: number;
  };
  /** Runs at once, and how often that many are started. */
  workers: number;
  rounds: number;
}

/** A rule of thumb for how far two recipes must differ to be told apart; docs/budget.md says where it comes from. */
export interface ExpectedNoise {
  /** Standard deviation of a run's loss that comes from its seed, means of seeds taken out, nats per token. */
  seedNats: number;
  /** Standard deviation of a difference that comes from the choice of validation documents. */
  documentNats: number;
  /** Half a 95 % interval of the difference of two recipes; undefined with a single seed. */
  resolvesNats?: number;
}

// ─── ranking ────────────────────────────────────────────────────────────────────────────────────────────────

export interface Interval {
  low: number;
  high: number;
}

export interface Ranking {
  /** 0.95. */
  confidence: number;
  /** Weight of each domain in the objective; they add up to 1. */
  weights: Record<string, number>;
  seeds: number;
  /** Best first. */
  recipes: RankedRecipe[];
  /** Every pair, the better recipe first. */
  pairs: PairDifference[];
  /** The same ranking on each domain alone. */
  domains: Record<string, DomainRanking>;
  /** Recipes that have no finished run, with the reason. */
  failed: { recipe: string; reason: string }[];
  /** Undefined for a single seed or recipe. */
  seedVariance?: SeedVariance;
}

/** How much a ranking from one seed depends on which seed it is (arXiv 2512.24503, appendix D.2.1). */
export interface SeedVariance {
  /** Standard deviation between seeds, the part that all recipes share taken out, in units of the objective. */
  seedDeviation: number;
  /** Standard deviation of the recipes' means. */
  recipeDeviation: number;
  /** Mean Spearman correlation of the rankings by two single seeds; NaN where no two seeds share two recipes. */
  spearmanBetweenSeeds: number;
  /** Undefined where recipes have unequal seeds. */
  needed?: SeedsNeeded;
}

/** Fewest seeds in all that are expected to settle the ranking; each undefined when more than 1,000. */
export interface SeedsNeeded {
  /** To tell the two best recipes apart. */
  topPair?: number;
  /** To tell this share of all pairs apart. */
  pairs: { share: number; seeds?: number };
}

export interface RankedRecipe {
  recipe: string;
  /** Competition rank (1 = best) by mean objective. */
  rank: number;
  /** Mean over seeds of the weighted validation loss, nats per token. */
  lossNats: number;
  bitsPerByte: number;
  /** Loss of each seed, in seed order. */
  seedLossNats: number[];
  /** Difference to the mean of all recipes, with its interval: what the chart shows. */
  effectNats: number;
  effectInterval: Interval;
  probabilityBest: number;
  /** True if the interval of its difference to the best recipe holds 0 (the best recipe itself: false). */
  tiedWithBest: boolean;
  /**
   * Tokens this recipe needed to reach the final loss of the worst-ranked recipe, as a share of the full budget
   * (below 1: saved). Undefined if it never does.
   */
  tokensToReachWorst?: number;
}

export interface PairDifference {
  better: string;
  worse: string;
  /** loss(worse) − loss(better) ≥ 0, nats per token. */
  differenceNats: number;
  interval: Interval;
  tie: boolean;
  /** For a tie: seeds in all that would be expected to settle it at this difference; undefined when more than 1,000. */
  seedsToSettle?: number;
  /**
   * For a tie: validation documents in all, over the domains that count, that would be expected to settle it with the
   * seeds there are; undefined when more than 1,000 times those there are.
   */
  documentsToSettle?: number;
  /** How many times fewer tokens `better` needed to reach the final loss of `worse`; undefined if unreadable. */
  tokensSavedFactor?: number;
}

export interface DomainRanking {
  recipes: { recipe: string; rank: number; lossNats: number; bitsPerByte: number; interval: Interval }[];
  pairs: PairDifference[];
}

/** Recipes by accumulated gradient alignment (arXiv 2512.24503, D.2.4), beside their ranking by loss. */
export interface AlignmentRanking {
  /** Steps of every run that are counted. */
  steps: number;
  seeds: number;
  /** Largest alignment first. */
  recipes: AlignedRecipe[];
  /** Spearman correlation with the ranking by loss, 1 for the same order; NaN where one of them orders nothing. */
  spearman: number;
  /** The same on each validation domain alone. */
  domainSpearman: Record<string, number>;
  /** Absent when both order every pair alike that the ranking by loss does not call a tie. */
  disagreement?: AlignmentDisagreement;
}

export interface AlignedRecipe {
  recipe: string;
  /** Competition rank, 1 = largest. */
  rank: number;
  /** Mean over seeds of Σ ∇ℓ_val · ∇ℓ over the steps. */
  alignment: number;
  /** Of each seed, in seed order. */
  seedAlignment: number[];
  /** Mean over seeds of Σ η · ∇ℓ_val · ∇ℓ: the drop of the loss to first order, were the steps plain SGD. */
  dropNats: number;
}

export interface AlignmentDisagreement {
  /** Pairs that the ranking by loss settles. */
  settledPairs: number;
  /** Those that alignment orders the other way; `seeds`: in how many of the seeds it does. */
  pairs: { better: string; worse: string; differenceNats: number; seeds: number }[];
}

// ─── transfer ───────────────────────────────────────────────────────────────────────────────────────────────

/** Numbers that were chosen before training, such as `learningRate`, `batch`, `weightDecay`, `tokensPerParameter`. */
export type Hyperparameters = Record<string, number>;

/** What the analysis of transfer says: `assay transfer --json` prints it. */
export interface TransferAnalysis {
  formatVersion: 1;
  proxy: string;
  target: string;
  /** 0.95. */
  confidence: number;
  /** What runs are compared by; the first is what recipes are tuned by, and what curves and heat map show. */
  objectives: ObjectiveSummary[];
  /** The tuned target of each recipe, best first. */
  tuned: TunedRecipe[];
  /** One entry for each setting that the proxy was trained in, by learning rate. */
  settings: ProxySetting[];
  heatMap: HeatMap;
  curves: { proxy: RateCurve[]; target: RateCurve[] };
  /** Undefined where no order flips. */
  flip?: FlippedPair;
  /** Recipes that only one of the two models was trained on. */
  leftOut: string[];
  /** Runs of either model that ended before the others of their setting, or lack a metric of the first objective. */
  unfinishedRuns: number;
}

export interface ObjectiveSummary {
  name: string;
  better: 'lower' | 'higher';
  /** More than one for an aggregate; the weights add up to 1. */
  metrics: Record<string, number>;
}

export interface TunedRecipe {
  recipe: string;
  /** Where this recipe's first objective is best. */
  hyperparameters: Hyperparameters;
  /** Settings of the target that this recipe was trained in. */
  settings: number;
  /**
   * Hyperparameters whose best value is the smallest or largest that was tried with this recipe: the true optimum may
   * lie beyond it.
   */
  atEdge: { hyperparameter: string; side: 'low' | 'high' }[];
  /** By objective, mean over seeds; null where it diverged or was not measured. */
  values: Record<string, number | null>;
}

export interface ProxySetting {
  hyperparameters: Hyperparameters;
  /** Fewest and most seeds that a recipe has. */
  seeds: [number, number];
  /** By objective. */
  transfer: Record<string, Transfer>;
  /**
   * By objective: Spearman correlation of the proxy's ranking by it with the tuned target's first objective. Shows what
   * predicts the loss best: another domain, a benchmark, a gradient alignment (arXiv 2512.24503, Fig. 28b).
   */
  predicts: Record<string, number>;
  stability?: Stability;
  /** Undefined for a single seed. */
  seedVariance?: SeedTransfer;
}

/** How well the proxy's ranking does for the tuned target. */
export interface Transfer {
  recipes: number;
  spearman: Estimated;
  /** τ-b. */
  kendall: Estimated;
  /** Share of pairs of recipes that both order alike. */
  pairwise: Estimated;
  /** What is lost by tuning the k recipes that the proxy ranks best, in units of the objective; 0 or more. */
  regret: { k: number; lost: Estimated }[];
}

export interface Estimated {
  value: number;
  /** Absent where every recipe has a single seed. */
  interval?: Interval;
}

/** When, over training, the ranking is what it is in the end. */
export interface Stability {
  points: StabilityPoint[];
  /**
   * Share of the training from which on the ranking keeps a Spearman correlation of at least `threshold` with the
   * final one.
   */
  settledShare: number;
  threshold: number;
}

export interface StabilityPoint {
  step: number;
  /** Of all steps. */
  share: number;
  /** Spearman correlation with this setting's final ranking. */
  withFinal: number;
  /** Spearman correlation with the tuned target. */
  withTarget: number;
}

/** The seed variance of a proxy's ranking, and what it does to the transfer. */
export interface SeedTransfer extends SeedVariance {
  /** Spearman correlation of each single seed's ranking with the tuned target. */
  spearmanBySeed: Record<string, number>;
}

/** Spearman correlation of the proxy at one rate with the target at another, every other hyperparameter tuned. */
export interface HeatMap {
  proxyRates: number[];
  targetRates: number[];
  /** [proxy rate][target rate]; NaN for fewer than two recipes in common. */
  spearman: number[][];
}

/** Two recipes whose order by the first objective flips between two neighbouring rates near the proxy's best. */
export interface FlippedPair {
  /** The first is better at the smaller rate. */
  recipes: [string, string];
  /** By ascending rate. */
  rates: [FlippedRate, FlippedRate];
}

export interface FlippedRate {
  learningRate: number;
  /** Mean over seeds, in the order of `recipes`. */
  values: [number, number];
  /** Standard errors of the means over seeds; absent for a single seed. */
  errors?: [number, number];
}

/** The first objective of one recipe against the learning rate, every other hyperparameter tuned. */
export interface RateCurve {
  recipe: string;
  /** By ascending rate; null where the run diverged. */
  points: { learningRate: number; value: number | null }[];
  /** The rate of the best point. */
  best: number;
  atEdge: boolean;
}

// ─── early decision ─────────────────────────────────────────────────────────────────────────────────────────

/** Stop runs of recipes that cannot be among the best `keep`. */
export interface EliminateSpec {
  keep: number;
  /** 1 − the share of the best `keep` recipes that may be expected to be stopped. */
  confidence: number;
}

/** What was decided at a step of training about the recipes that had come so far. */
export interface EliminationRung {
  step: number;
  /** step / steps of a run. */
  share: number;
  /** Probabilities of being among the best that could be given away, in sum, and those that were. */
  allowed: number;
  spent: number;
  /** Standard deviation of a recipe's mean loss over other seeds. */
  seedNoiseNats: number;
  /** Standard deviation of what may still happen to a recipe until the end, beside its trend. */
  driftNats: number;
  /** Best first. */
  recipes: {
    recipe: string;
    /** Mean over seeds. */
    lossNats: number;
    /** Change against the mean of the recipes until the end, if the recipe's trend goes on. */
    trendNats: number;
    /** Of ending among the best `keep`. */
    probabilityTop: number;
    probabilityBest: number;
    stopped: boolean;
  }[];
}

/** Successive elimination: which recipes were stopped early, and what that saved and risked. */
export interface Elimination extends EliminateSpec {
  rungs: EliminationRung[];
  /** Recipes that were trained to the end, in the order given. */
  kept: string[];
  /** Ranked below those, best first: a later rung first, at the same rung by loss. */
  stopped: {
    recipe: string;
    step: number;
    share: number;
    /** At that step, mean over seeds. */
    lossNats: number;
    /** In plain words. */
    reason: string;
  }[];
  /** Training tokens that were not spent, as a share of those of all runs trained to the end. */
  savedShare: number;
  /** Stated probability that the recipe that would have been the best was stopped. */
  risk: number;
}

// ─── report ─────────────────────────────────────────────────────────────────────────────────────────────────

/** `report.json`. */
export interface Report {
  formatVersion: 1;
  study: string;
  studyText: string;
  assayVersion: string;
  proxy: {
    model: ModelConfig;
    parameters: number;
    learningRate: number;
    /** Why this rate, when the study says `tiny`. */
    choice?: RateChoice;
    steps: number;
    tokensPerRun: number;
    batch: number;
    context: number;
    vocabularySize: number;
    order: ProxySpec['order'];
  };
  /** What was chosen for the study's budget; undefined when it has none. */
  budget?: BudgetChoice;
  ranking: Ranking;
  sources: {
    source: string;
    documents: number;
    tokens: number;
    bytes: number;
    malformed: number;
    /** Rows that the source's `where` leaves out, by reason. */
    filtered: Record<string, number>;
    /** Documents that no recipe trains on, by reason. */
    dropped: Record<string, number>;
  }[];
  /** What each recipe takes of each of its sources. */
  selections: {
    recipe: string;
    source: string;
    documents: number;
    /** Tokens of them, an end-of-text token after each. */
    tokens: number;
    /** In the order of the recipe's conditions; documents = all − the sum of dropped. */
    dropped: { reason: string; documents: number; tokens: number }[];
  }[];
  validation: {
    domain: string;
    weight: number;
    documents: number;
    tokens: number;
    bytes: number;
    /** Loss of the word frequencies of the training tokens, nats per token, mean over recipes. */
    unigramNats?: number;
  }[];
  shares: {
    recipe: string;
    source: string;
    share: number;
    realisedShare: number;
    tokens: number;
    epochs: number;
  }[];
  /** Recipes whose shares change over training. */
  schedules?: Schedule[];
  trajectories: {
    recipe: string;
    seed: number;
    points: { step: number; tokens: number; lossNats: number; domains: Record<string, number> }[];
  }[];
  cost: { runs: number; tokens: number; flops: number; cpuSeconds: number };
  decision: Decision;
  /** Where tiny rates lie for this model and data; drawn on figures over the learning rate. */
  rateBand?: RateBand;
  /** Proxies of this study against its targets, or against a larger proxy. */
  transfer?: TransferAnalysis[];
  alignment?: AlignmentRanking;
  /** Recipes that were stopped early. */
  elimination?: Elimination;
  runs: {
    id: string;
    recipe: string;
    seed: number;
    /** `unfinished`: not trained to its end yet; the ranking is of the others. `stopped`: and need not be, see `elimination`. */
    status: 'done' | 'failed' | 'unfinished' | 'stopped';
    reason?: string;
    folder: string;
  }[];
  /** The runs that the ranking is compared with, counted by setting. */
  compared?: ComparedRuns[];
}

export interface ComparedRuns {
  model: string;
  role: ComparedSetting['role'];
  learningRate: number;
  /** Of all recipes and seeds. */
  runs: number;
  /** Ended in numbers that are none: they count as the worst. */
  diverged: number;
  /** Ended otherwise: they are left out. */
  failed: { id: string; reason: string }[];
  unfinished: number;
}

/** Shares of tokens over training. */
export interface Schedule {
  recipe: string;
  stages: {
    /** Shares of the training at which the stage begins and ends. */
    from: number;
    until: number;
    sources: { source: string; share: number; realisedShare: number; tokens: number }[];
  }[];
}

/** The tuned rate, and the interval of tiny rates: `RateChoice` is one. */
export interface RateBand {
  tuned: number;
  low?: number;
  high?: number;
}

/** What the study says to do; empty of what it does not know. */
export interface Decision {
  /** In one sentence, without a full stop. */
  title: string;
  /** The recipe of the lowest loss; undefined when no run finished. */
  trainOn?: string;
  /** Recipes that cannot be told apart from it. */
  ties: string[];
  /** Recipes that are surely worse. */
  worse: string[];
  /** Domains on which another recipe is surely better than the one to train on. */
  losesOn: { domain: string; to: string; differenceNats: number; interval: Interval }[];
  /** When, over training, the answer was there; undefined for fewer than two recipes or validations. */
  training?: {
    /** Share of the training from which on the ranking kept a Spearman correlation of `threshold` with the final one. */
    settledShare: number;
    threshold: number;
    /** Share of the training from which on the recipe to train on had the lowest loss; undefined if it never led. */
    leadingShare?: number;
  };
  /** All of it in plain words, the topic a word or two. */
  statements: { topic: string; text: string }[];
  /** What a reader must know before believing it. */
  warnings: string[];
}
