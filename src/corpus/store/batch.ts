/** A batch of texts and what is measured about them: what goes to a worker thread and what comes back. */
import type { ColumnValues } from '../../store/index.js';
import { measure } from '../measure.js';
import { DocumentText } from '../signals/document-text.js';
import type { Measure, SignalGroup, SignalValue } from '../signals/signal.js';

/** Names of the lengths that every document has; see `Signals`. */
export const lengthColumns = ['bytes', 'characters', 'words', 'lines'] as const;
export type LengthColumn = (typeof lengthColumns)[number];

export interface MeasuredBatch {
  /** One array a column of `lengthColumns`. */
  lengths: Float64Array[];
  /** In the order of the groups: one array a stored column, and the bytes of all documents one after another. */
  groups: { columns: ColumnValues[]; bytes?: Uint8Array }[];
}

export interface OpenGroup {
  group: SignalGroup;
  measure: Measure;
}

export function measureBatch(texts: readonly string[], groups: readonly OpenGroup[]): MeasuredBatch {
  const lengths = lengthColumns.map(() => new Float64Array(texts.length));
  const stored = groups.map(({ group }) => group.columns.filter(({ derived }) => derived === undefined));
  const out = groups.map(({ group }, g) => ({
    columns: stored[g]!.map(({ type }) =>
      type === 'DOUBLE' || type === 'BIGINT'
        ? new Float64Array(texts.length).fill(Number.NaN)
        : new Array<string | boolean | null>(texts.length).fill(null),
    ),
    ...(group.binaryBytes === undefined ? {} : { bytes: new Uint8Array(texts.length * group.binaryBytes) }),
  }));
  for (const [row, text] of texts.entries()) {
    const signals = measure(text);
    for (const [c, name] of lengthColumns.entries()) lengths[c]![row] = signals[name];
    const document = new DocumentText(text);
    for (const [g, { group, measure }] of groups.entries()) {
      const { values, bytes } = measure(document);
      for (const [c, column] of out[g]!.columns.entries()) {
        const value = values[c]!;
        if (value !== null) (column as SignalValue[])[row] = value;
      }
      if (bytes !== undefined) out[g]!.bytes!.set(bytes, row * group.binaryBytes!);
    }
  }
  return { lengths, groups: out };
}
