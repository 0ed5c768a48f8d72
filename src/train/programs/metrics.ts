/**
 * The metrics that a trainer wrote which is another program: checked line by line against what a run must report, in its order.
 *
 * A trainer that takes a run up goes on from its own checkpoint and only appends. So the first line of an attempt may go
 * back: it and what follows stand in for the lines from there on that an earlier attempt had written.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import type { AlignmentMetric, Evaluation, EvaluationMetric, MetricLine, RunSpec } from '../../records.js';
import { readingSync } from '../../store/index.js';
import { runFiles } from '../folder.js';
import { metricLineShape, misfit } from '../protocol.js';

export interface Metrics {
  /** The longest right beginning of a run's lines, complete with what Assay can work out. */
  lines: MetricLine[];
  /** Why there are no more: what is wrong with the line after them, or where the file ends. Undefined at the run's end. */
  problem?: AssayError;
}

/** One line that a run must have; a line of gradient alignment may follow that of its step. */
interface Expected {
  kind: MetricLine['kind'];
  step: number;
}

/** How far a number may be from what Assay works out, relative to it: sums in float32 are. */
const tolerance = 1e-4;

/** All lines of a run: a validation before the first step, after every `evaluateEvery` steps and after the last. */
export function* expectedLines({ steps, evaluateEvery }: RunSpec): Generator<Expected> {
  yield { kind: 'evaluation', step: 0 };
  for (let step = 1; step <= steps; step++) {
    yield { kind: 'step', step };
    if (step % evaluateEvery === 0 || step === steps) yield { kind: 'evaluation', step };
  }
}

/**
 * What comes after the run's last line counts for nothing.
 * @param attemptAt number of lines that were there when the last attempt began: the line that may go back
 */
export function readMetrics(
  folder: string,
  spec: RunSpec,
  evaluation: Evaluation,
  attemptAt: number,
): Metrics {
  const written = linesOf(join(folder, runFiles.metrics));
  const expected = [...expectedLines(spec)];
  let lines: MetricLine[] = [];
  /** How many of the expected lines there are. */
  let met = 0;
  const stopped = (problem: AssayError): Metrics =>
    met === expected.length ? { lines } : { lines, problem };
  for (const [index, text] of written.entries()) {
    if (met === expected.length && index !== attemptAt) break;
    const where = `${runFiles.metrics}:${index + 1}`;
    const line = parseLine(text, where, spec, evaluation);
    if (line instanceof AssayError) return stopped(line);
    if (index === attemptAt) {
      lines = lines.slice(0, placeOf(line, lines));
      met = lines.filter(({ kind }) => kind !== 'alignment').length;
    }
    const next = expected[met];
    if (next === undefined) break;
    const last = lines.at(-1);
    const isExtra = line.kind === 'alignment' && last?.kind === 'step' && last.step === line.step;
    if (!isExtra && (line.kind !== next.kind || line.step !== next.step)) {
      const [wanted, got] = [next, line].map(name);
      return stopped(new AssayError(where, 'not the next line', { expected: wanted!, got: got! }));
    }
    lines.push(line);
    if (!isExtra) met++;
  }
  const next = expected[met];
  if (next === undefined) return { lines };
  const where = `${runFiles.metrics}:${written.length + 1}`;
  return stopped(new AssayError(where, 'ends early', { expected: name(next) }));
}

const name = ({ kind, step }: Expected): string =>
  kind === 'step' ? `step ${step}` : `the ${kind} after step ${step}`;

/** Where a line of an earlier attempt says the same; the end when none does. */
function placeOf(line: MetricLine, lines: MetricLine[]): number {
  const at = lines.findIndex(({ kind, step }) => kind === line.kind && step === line.step);
  return at < 0 ? lines.length : at;
}

function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readingSync(path, () => readFileSync(path, 'utf8')).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function parseLine(
  text: string,
  where: string,
  spec: RunSpec,
  evaluation: Evaluation,
): MetricLine | AssayError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What Python writes for numbers that JSON does not have.
    const notFinite = /\b(NaN|Infinity)\b/.exec(text)?.[0];
    return notFinite === undefined
      ? new AssayError(where, 'not valid JSON')
      : new AssayError(where, 'not finite', { expected: 'numbers', got: notFinite });
  }
  const broken = misfit(metricLineShape, value);
  if (broken !== undefined) {
    const { problem, ...words } = broken;
    return new AssayError(where, problem, words);
  }
  const line = value as MetricLine;
  const tokens = line.step * spec.batch * spec.context;
  if ((line.tokens ?? tokens) !== tokens) {
    return new AssayError(where, '"tokens" is not valid', { expected: `${tokens}`, got: `${line.tokens}` });
  }
  if (line.kind === 'alignment') return completeAlignment({ ...line, tokens }, where, evaluation);
  if (line.kind === 'evaluation') return completeEvaluation({ ...line, tokens }, where, evaluation);
  const { kind, step, lossNats, gradientNorm, learningRate } = line;
  return {
    kind,
    step,
    tokens,
    lossNats,
    ...(gradientNorm === undefined ? {} : { gradientNorm }),
    ...(learningRate === undefined ? {} : { learningRate }),
  };
}

/** Domains in the order of the evaluation. */
function completeAlignment(
  { kind, step, tokens, steps, reach, domains }: AlignmentMetric,
  where: string,
  evaluation: Evaluation,
): AlignmentMetric | AssayError {
  const wrong = otherDomains(domains, where, evaluation);
  if (wrong !== undefined) return wrong;
  const complete = evaluation.domains.map((domain) => [domain.name, domains[domain.name]!] as const);
  return { kind, step, tokens, steps, reach, domains: Object.fromEntries(complete) };
}

/** Domains in the order of the evaluation, each with its bits per byte. */
function completeEvaluation(
  { kind, step, tokens, domains }: EvaluationMetric,
  where: string,
  evaluation: Evaluation,
): EvaluationMetric | AssayError {
  const wrong = otherDomains(domains, where, evaluation);
  if (wrong !== undefined) return wrong;
  const complete: EvaluationMetric['domains'] = {};
  for (const { name, documents } of evaluation.domains) {
    const total = (count: 'tokens' | 'bytes') =>
      documents.reduce((sum, document) => sum + document[count], 0);
    const { lossNats, bitsPerByte: given } = domains[name]!;
    const bitsPerByte = (lossNats * total('tokens')) / Math.LN2 / total('bytes');
    if (given !== undefined && !isNear(given, bitsPerByte)) {
      const subject = `${where}: bitsPerByte of "${name}"`;
      return new AssayError(subject, 'does not fit lossNats', {
        expected: `${bitsPerByte}`,
        got: `${given}`,
      });
    }
    complete[name] = { lossNats, bitsPerByte };
  }
  return { kind, step, tokens, domains: complete };
}

function otherDomains(
  domains: Record<string, unknown>,
  where: string,
  evaluation: Evaluation,
): AssayError | undefined {
  const names = evaluation.domains.map((domain) => domain.name);
  if (Object.keys(domains).sort().join() === [...names].sort().join()) return undefined;
  const [expected, got] = [names, Object.keys(domains)].map((list) => list.join(', '));
  return new AssayError(where, 'not the domains of the evaluation', { expected: expected!, got: got! });
}

export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}
