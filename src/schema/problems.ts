/** What is wrong with a study, said with the place in the file: all problems at once, a line each. */
import type { z } from 'zod';
import { AssayError, ExitCode } from '../errors.js';
import { didYouMean, suggest } from '../suggest.js';
import type { StudyPath, StudyText } from './text.js';

export interface Problem {
  path: StudyPath;
  /** Point at the key rather than at its value. */
  atKey?: boolean;
  /** Point at this character of the value, a text. */
  offset?: number;
  problem: string;
  expected?: string;
  got?: string;
  fix?: string;
}

type Issue = z.core.$ZodIssue;

/** Zod's issues as problems. `value` is what was checked; allowed keys are looked up with `keysAt`. */
export function problemsOf(
  issues: readonly Issue[],
  value: unknown,
  keysAt: (path: StudyPath) => string[],
): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], value, keysAt));
}

function problemsOfIssue(
  issue: Issue,
  base: StudyPath,
  root: unknown,
  keysAt: (path: StudyPath) => string[],
): Problem[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const keys = keysAt(path);
      const fix = keys.includes(key)
        ? 'It goes with another choice of the options beside it.'
        : didYouMean(key, keys);
      return { path: [...path, key], atKey: true, problem: `unknown key "${key}"`, ...(fix && { fix }) };
    });
  }
  if (issue.code === 'invalid_key') {
    return [
      {
        path,
        atKey: true,
        problem: 'not a valid name',
        expected: issue.issues[0]!.message,
        got: show(path.at(-1)),
      },
    ];
  }
  const got = valueAt(root, path);
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors);
    if (branch) return branch.flatMap((inner) => problemsOfIssue(inner, path, root, keysAt));
  }
  const last = path.at(-1);
  if (got === undefined && last !== undefined) {
    return [
      { path: path.slice(0, -1), atKey: true, problem: `"${last}" is missing`, expected: issue.message },
    ];
  }
  const what = last === undefined ? 'not a study' : `${nameOf(path)} is not valid`;
  const words = issue.code === 'invalid_union' ? issue.errors.flatMap(literalsOf) : literalsOf([issue]);
  const nearest = typeof got === 'string' ? suggest(got, words) : undefined;
  const meant = nearest ?? misspeltOption(path, keysAt);
  return [
    {
      path,
      problem: what,
      expected: issue.message,
      got: show(got),
      ...(meant !== undefined && { fix: `Did you mean "${meant}"?` }),
    },
  ];
}

/**
 * Of the alternatives whose type fits the value, the one with the fewest problems: the one that the author most
 * likely meant. Undefined when no alternative fits, so that the error names them all.
 */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  let nearest: readonly Issue[] | undefined;
  let fewest = Infinity;
  for (const branch of branches) {
    if (branch.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys')) continue;
    const problems = branch.reduce(
      (n, issue) => n + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
      0,
    );
    if (problems < fewest) {
      nearest = branch;
      fewest = problems;
    }
  }
  return nearest;
}

/** The fixed words that would have been accepted. */
function literalsOf(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) =>
    issue.code === 'invalid_value' && issue.path.length === 0 ? issue.values.map(String) : [],
  );
}

/** The option that a free name was perhaps meant to be: `withuot` in a recipe. */
function misspeltOption(path: StudyPath, keysAt: (path: StudyPath) => string[]): string | undefined {
  const key = String(path.at(-1));
  const options = keysAt(path.slice(0, -1));
  return options.includes(key) ? undefined : suggest(key, options);
}

function nameOf(path: StudyPath): string {
  const last = path.at(-1)!;
  return typeof last === 'number' ? `item ${last + 1} of "${path.at(-2)}"` : `"${last}"`;
}

function valueAt(root: unknown, path: StudyPath): unknown {
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** A value as it would be typed, cut to one short line. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** One error for all problems, in the order of the file. */
export function studyError(problems: readonly Problem[], text: StudyText): AssayError {
  const placed = problems
    .map((problem) => ({ problem, at: text.position(problem.path, problem.atKey ?? false, problem.offset) }))
    .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const errors = placed.map(({ problem: { problem, expected, got, fix }, at }) => {
    const subject = `${text.file}:${at.line}:${at.column}`;
    return new AssayError(subject, problem, {
      ...(expected && { expected }),
      ...(got && { got }),
      ...(fix && { fix }),
    });
  });
  const lines = [...new Set(errors.map((error) => error.message))];
  const subject = errors[0]!.subject;
  lines[0] = lines[0]!.slice(subject.length + 2);
  return new AssayError(subject, lines.join('\n'), { exitCode: ExitCode.study });
}
