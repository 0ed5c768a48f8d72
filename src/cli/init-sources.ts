/** Which sources a folder offers: each JSONL file is one, and each subfolder of text or code is one. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { listFiles, readDocuments } from '../corpus/index.js';
import { AssayError } from '../errors.js';
import { reservedWords } from '../schema/index.js';

export interface FoundSource {
  name: string;
  /** Path to write in the study, relative to it, with forward slashes. */
  path: string;
  /** Field of the text, for JSONL. */
  text?: string;
  files: number;
  /** On disk. */
  bytes: number;
}

const jsonLines = /\.(jsonl|ndjson)(\.gz)?$/;
/** Names that data teams give to the field of the text, most usual first. */
const usualTextFields = ['text', 'content', 'body', 'raw_content', 'code', 'document'];

/** @throws AssayError when the folder is missing or offers nothing */
export async function findSources(folder: string, studyFile: string): Promise<FoundSource[]> {
  const found: FoundSource[] = [];
  for (const entry of listFolder(folder)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await addFolder(found, path, studyFile);
    else if (jsonLines.test(entry.name))
      await add(found, entry.name.replace(jsonLines, ''), path, [path], studyFile);
  }
  if (found.length === 0) {
    throw new AssayError(folder, 'holds no data that Assay reads', {
      expected: '.jsonl or .jsonl.gz files, or subfolders of text or code',
      fix: 'Name another folder: assay init path/to/data.',
    });
  }
  return found;
}

function listFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw new AssayError(folder, 'cannot read this folder', { got: String((cause as Error).message), cause });
  }
}

async function addFolder(found: FoundSource[], path: string, studyFile: string): Promise<void> {
  const files = await listFiles({ paths: [path], text: 'text' }, path).catch(() => []);
  if (files.length > 0) await add(found, path.slice(path.lastIndexOf(sep) + 1), path, files, studyFile);
}

async function add(
  found: FoundSource[],
  rawName: string,
  path: string,
  files: string[],
  studyFile: string,
): Promise<void> {
  const name = studyName(rawName, 'source');
  const firstJsonLines = files.find((file) => jsonLines.test(file));
  const text = firstJsonLines === undefined ? undefined : await textField(firstJsonLines);
  found.push({
    name: unusedName(name, [...reservedWords, ...found.map((other) => other.name)]),
    path: relative(dirname(studyFile), path).split(sep).join('/') || '.',
    ...(text === undefined ? {} : { text }),
    files: files.length,
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
  });
}

/** A name that a study may use: Latin letters, digits, `-` and `_`, short enough to stand in `no-<name>`. */
export function studyName(raw: string, otherwise: string): string {
  const letters = raw.normalize('NFKD').replace(/\p{M}+/gu, '');
  const name = letters
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[_-]+/, '')
    .slice(0, 60)
    .replace(/[_-]+$/, '');
  return name.toLowerCase() || otherwise;
}

function unusedName(name: string, used: readonly string[]): string {
  let unused = name;
  for (let n = 2; used.includes(unused); n++) unused = `${name}-${n}`;
  return unused;
}

/** Malformed rows after which a field is given up. */
const rowsTried = 20;

/** The first usual field that an early row of the file holds as a string. */
async function textField(file: string): Promise<string> {
  for (const text of usualTextFields) {
    if (await holdsText(file, text)) return text;
  }
  throw new AssayError(file, 'no text field found', {
    expected: `one of ${usualTextFields.join(', ')} in its first rows`,
    fix: 'Write the study by hand and name the field: { path: …, text: FIELD }.',
  });
}

async function holdsText(file: string, text: string): Promise<boolean> {
  const tooMany = new Error('too many malformed rows');
  let malformed = 0;
  const count = () => {
    if (++malformed === rowsTried) throw tooMany;
  };
  try {
    for await (const _document of readDocuments('init', { paths: [file], text }, count)) return true;
  } catch (error) {
    if (error !== tooMany) throw error;
  }
  return false;
}
