/** From the text of a study file to the `Study` record: shape, cross-checks, defaults, absolute paths. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import { mapValues } from '../map-values.js';
import type { LanguageModelSpec, SourceSpec, Study, ValidationSpec } from '../records.js';
import { budgetOf, withPlaceholders } from './budget.js';
import { crossCheck } from './cross-checks.js';
import { engineOf } from './engine.js';
import { keysAt } from './json-schema.js';
import { modelsOf, nameProblems } from './models.js';
import { problemsOf, studyError } from './problems.js';
import { parseShare } from './quantities.js';
import type { KnownSignals } from './recipes/conditions.js';
import { resolveStudyRecipes, type StudyRecipes } from './recipes/resolve.js';
import { type StudyFile, studyShape } from './shape.js';
import { columnsOf, isAddress, type SourceOptions, tokensOf } from './source.js';
import { parseStudyText } from './text.js';
import { tokenizerOf } from './tokenizer.js';

/**
 * Reads a study file.
 * @param signals what conditions may name beside the columns of a source
 * @throws AssayError (exit code study) when it cannot be read or is not valid; see `parseStudy`
 */
export async function loadStudy(file: string, signals: KnownSignals): Promise<Study> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const fix = code === 'ENOENT' ? 'Write one with `assay init`, or check the path.' : 'Check the path.';
    throw new AssayError(file, 'cannot read the study file', {
      got: code,
      fix,
      exitCode: ExitCode.study,
      cause,
    });
  }
  return parseStudy(text, file, signals);
}

/**
 * Checks a study and fills in its defaults. Relative paths are taken from the folder of `file`, and the weights of
 * the validation domains are scaled to add up to 1.
 * @param signals see `loadStudy`; asked only when the study has conditions or sources with columns
 * @throws AssayError (exit code study) with every problem on a line of its own, each with line and column
 */
export async function parseStudy(text: string, file: string, signals: KnownSignals): Promise<Study> {
  const parsedText = parseStudyText(text, file);
  const value = withPlaceholders(parsedText.value);
  const parsed = studyShape.safeParse(value);
  const recipes = await resolveStudyRecipes(parsedText.value, signals);
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, parsedText.value, (path) => keysAt(path))),
    ...crossCheck(value),
    ...(parsed.success ? nameProblems(parsed.data) : []),
    ...recipes.problems,
  ];
  if (problems.length > 0 || !parsed.success) throw studyError(problems, parsedText);
  const study = toStudy(parsed.data, recipes, resolve(file), text);
  return { ...study, ...budgetOf(parsed.data.budget, parsedText.value) };
}

function toStudy(data: StudyFile, { recipes, parts }: StudyRecipes, file: string, text: string): Study {
  const folder = dirname(file);
  const sourceOf = (source: SourceOptions): SourceSpec => ({
    paths: [source.path].flat().map((one) => (isAddress(one) ? one : resolve(folder, one))),
    text: source.text,
    ...defined({
      columns: source.columns && columnsOf(source.columns),
      where: source.where,
      tokens: tokensOf(source, folder),
    }),
  });
  const totalWeight = Object.values(data.validate).reduce((sum, { weight }) => sum + weight, 0);
  return {
    name: data.study,
    file,
    text,
    tokenizer: tokenizerOf(data.tokenizer, folder),
    sources: Object.fromEntries(
      Object.entries(data.sources).flatMap(([name, entry]) =>
        'of' in entry ? [] : [[name, sourceOf(entry)] as const],
      ),
    ),
    parts,
    recipes,
    signals: { ...data.signals, repetition: [...new Set([data.signals.repetition].flat())] },
    languageModels: mapValues(
      data.languageModels,
      (model): LanguageModelSpec =>
        'train' in model
          ? { train: [...new Set([model.train].flat())], order: model.order }
          : { path: resolve(folder, model.path) },
    ),
    contamination: {
      benchmarks: [data.contamination.benchmarks ?? []].flat().map((path) => resolve(folder, path)),
      ...(data.contamination.maximum === 'off' ? {} : { maximum: data.contamination.maximum }),
    },
    validate: mapValues(data.validate, (domain): ValidationSpec => {
      const weight = domain.weight / totalWeight;
      return 'of' in domain
        ? { kind: 'holdout', of: domain.of, share: parseShare(domain.holdout)!, weight }
        : { kind: 'source', source: sourceOf(domain), weight };
    }),
    ...modelsOf(Array.isArray(data.proxy) ? data.proxy : [data.proxy], [data.target ?? []].flat()),
    ...defined({ eliminate: data.eliminate }),
    engine: engineOf(data.engine, folder),
    run: {
      output: resolve(folder, data.run.output ?? join('results', data.study)),
      onMalformed: data.run.onMalformed,
      keepOptimizer: data.run.keepOptimizer,
      checkpointSeconds: data.run.checkpointSeconds,
      ...defined({ workers: data.run.workers, threads: data.run.threads }),
    },
  };
}

/** Without the fields that are undefined: optional fields of a record are absent, never undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
