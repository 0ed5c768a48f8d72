/** What DuckDB or its process could not do, in words for the person who named the file. */
import { AssayError, ExitCode } from '../../../errors.js';
import { fieldNames } from '../fields.js';
import type { Answer } from './duckdb-process.js';

/** @param row the last row that was read, 0 before the first */
export function refusal(answer: Answer, name: string, row: number): AssayError {
  const problem = 'problem' in answer ? answer.problem : undefined;
  const subject = row === 0 ? name : `${name}:${row + 1}`;
  switch (problem?.what) {
    case 'no column':
      return new AssayError(name, `no column "${problem.field}"`, {
        got: fieldNames(problem.names).replace('fields', 'columns'),
        fix: 'Name another column in the study (`text:`, `columns:`, `where:`), or leave the file out with a glob.',
      });
    case 'not text':
      return new AssayError(name, `column "${problem.field}" is not text`, {
        expected: 'VARCHAR',
        got: problem.type,
        fix: 'Name the column that holds the text with `text:`.',
      });
    case 'condition':
      return new AssayError(name, 'its columns do not go with `where:`', { got: firstLine(problem.message) });
    case 'no extension':
      return noExtension(name, problem.message);
    case 'memory':
      return new AssayError(subject, 'needs more memory than a reader may take', {
        expected: 'row groups that fit into some hundred megabytes',
        got: firstLine(problem.message),
        fix: 'Write the file again with smaller row groups.',
        exitCode: ExitCode.system,
      });
    case 'file':
      return new AssayError(subject, 'cannot be read as Parquet', {
        got: firstLine(problem.message),
        fix: 'Fetch or write the file again, or leave it out with a glob.',
      });
    default:
      throw new Error(`an answer of kind ${answer.kind} out of turn`);
  }
}

function noExtension(name: string, message: string): AssayError {
  return new AssayError(name, "cannot be read from a server: DuckDB's httpfs extension is missing", {
    got: firstLine(message),
    fix:
      "With a network, run `INSTALL httpfs` once in DuckDB of the version above; or put the extension's file into the " +
      'folder above. Without it, files of the same data in .jsonl or .csv can be read over https, or download the files.',
    exitCode: ExitCode.system,
  });
}

/** DuckDB's messages go on with the query, which nobody wrote. */
function firstLine(message: string): string {
  return message.split('\n')[0]!.slice(0, 300);
}
