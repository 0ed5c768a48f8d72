/** The text of a study file: YAML parsed with the place of every key and value kept. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import { AssayError, ExitCode } from '../errors.js';

/** Keys and indices from the root of the study to a value. */
export type StudyPath = readonly (string | number)[];

export interface Position {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

export interface StudyText {
  /** As the user named it: the subject of errors. */
  file: string;
  value: unknown;
  /**
   * Where the value at `path`, or its key, is written; the nearest enclosing one when it is not there.
   * @param offset character of a text value; where it begins when YAML has it folded or escaped
   */
  position(path: StudyPath, atKey: boolean, offset?: number): Position;
}

/** @throws AssayError (exit code study) that names every YAML error with line and column, duplicate keys included. */
export function parseStudyText(text: string, file: string): StudyText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const messages = document.errors.map((error) => {
      const { line, column } = positionOf(error.pos[0]);
      const problem = error.code === 'DUPLICATE_KEY' ? 'this key is already there' : error.message;
      return { subject: `${file}:${line}:${column}`, problem };
    });
    const rest = messages.slice(1).map(({ subject, problem }) => `\n${subject}: ${problem}`);
    throw new AssayError(messages[0]!.subject, messages[0]!.problem + rest.join(''), {
      exitCode: ExitCode.study,
    });
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    // An alias that points nowhere, or aliases that multiply without bound.
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError(file, problem, { exitCode: ExitCode.study, cause });
  }
  return {
    file,
    value,
    position(path, atKey, offset) {
      let node: Node | null = document.contents;
      let start = node?.range?.[0] ?? 0;
      for (const [depth, key] of path.entries()) {
        if (isAlias(node)) node = node.resolve(document) ?? null;
        const pair = isMap(node)
          ? (node.items as Pair<Node, Node | null>[]).find((p) => keyOf(p) === String(key))
          : undefined;
        const child: Node | null | undefined = pair
          ? pair.value
          : isSeq(node)
            ? (node.items[Number(key)] as Node)
            : undefined;
        if (!pair && !child) break;
        const keyWanted = pair && ((atKey && depth === path.length - 1) || !child?.range);
        start = (keyWanted ? pair.key.range?.[0] : child?.range?.[0]) ?? start;
        // An unfinished path points at the key of the deepest mapping that exists.
        if (pair && depth < path.length - 1 && !hasChild(child, path[depth + 1]!))
          start = pair.key.range?.[0] ?? start;
        node = child ?? null;
      }
      return positionOf(start + (isScalar(node) && offset !== undefined ? offsetIn(node, text, offset) : 0));
    },
  };
}

/** Characters from the start of a scalar to character `offset` of its text, where the file has it as it is. */
function offsetIn(node: Scalar, text: string, offset: number): number {
  const start = node.range?.[0] ?? 0;
  const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
  const value = String(node.value);
  return offset < value.length && text.startsWith(value, start + quote) ? quote + offset : 0;
}

function keyOf(pair: Pair<Node, Node | null>): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function hasChild(node: Node | null | undefined, key: string | number): boolean {
  return (isMap(node) && node.has(key)) || (isSeq(node) && node.has(Number(key))) || isAlias(node);
}
