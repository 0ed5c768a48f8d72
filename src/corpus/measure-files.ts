/** Signals of documents as they are read, for looking at a file: nothing is stored. */
import type { MalformedRow, SourceSpec } from '../records.js';
import { measure } from './measure.js';
import { type ReadOptions, readDocuments } from './read/index.js';
import { DocumentText } from './signals/document-text.js';
import type { SignalValue } from './signals/signal.js';
import { type GroupSpec, signalGroup } from './store/index.js';

export interface MeasuredDocument {
  id: string;
  origin: string;
  /** By name: lengths, then the columns of the groups, then the source's own. */
  signals: Record<string, SignalValue>;
}

/** @throws AssayError for paths that match nothing, unreadable files, and models that cannot be opened */
export async function* measureFiles(
  source: SourceSpec,
  specs: readonly GroupSpec[],
  onMalformed: (row: MalformedRow) => void,
  options: ReadOptions = {},
): AsyncIterable<MeasuredDocument> {
  const groups = await Promise.all(
    specs.map(async (spec) => {
      const group = signalGroup(spec);
      const names = group.columns.filter(({ derived }) => derived === undefined).map(({ name }) => name);
      return { names, measure: await group.open() };
    }),
  );
  for await (const { id, origin, text, columns } of readDocuments('files', source, onMalformed, options)) {
    const document = new DocumentText(text);
    const signals: Record<string, SignalValue> = { ...measure(text) };
    for (const { names, measure } of groups) {
      const { values } = measure(document);
      for (const [i, name] of names.entries()) signals[name] = values[i]!;
    }
    yield { id, origin, signals: { ...signals, ...columns } };
  }
}
