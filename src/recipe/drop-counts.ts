/** What a recipe keeps of a source, and how much it drops for which reason. */
import type { SignalTable } from '../corpus/index.js';
import { exclusionReasons } from '../validation/index.js';

/** What is known about the documents of a source; row i is document i everywhere. */
export interface SelectableSource {
  source: string;
  /** Parquet files of its signals. */
  tables: readonly SignalTable[];
  /** Tokens of each document, without its end-of-text token. */
  tokens: Float64Array;
  /** A byte a document: 0, or 1 + the index of the reason in `exclusionReasons` why no recipe trains on it. */
  exclusions: Uint8Array;
}

export interface Dropped {
  /** A reason for exclusion, the condition that is not true, or that what it looks at is null. */
  reason: string;
  documents: number;
  /** With an end-of-text token after each document, as in `Selection`. */
  tokens: number;
}

export interface Selection {
  /** A byte a document: 1 when it is kept. */
  kept: Uint8Array;
  documents: number;
  tokens: number;
  /** In the order of exclusions and conditions; all rows = `documents` + those dropped. */
  dropped: Dropped[];
}

/** Counts of one list of conditions while chunks of rows come by. */
export class DropCounts {
  private readonly kept: Uint8Array;
  /** By code, see `codeOf`. */
  private readonly dropped: { documents: Float64Array; tokens: Float64Array };

  constructor(
    private readonly source: SelectableSource,
    private readonly base: { kept: Uint8Array; dropped: Dropped[] },
    readonly list: readonly string[],
  ) {
    this.kept = base.kept.slice();
    const codes = 2 * list.length + 1;
    this.dropped = { documents: new Float64Array(codes), tokens: new Float64Array(codes) };
  }

  /**
   * @param rows numbers of the chunk's documents
   * @param codes of these documents
   */
  add(rows: Uint32Array, codes: { getItem(index: number): unknown }): void {
    const { kept, dropped } = this;
    const { tokens } = this.source;
    for (let r = 0; r < rows.length; r++) {
      const code = codes.getItem(r) as number;
      const row = rows[r]!;
      if (code === 0 || kept[row] === 0) continue;
      kept[row] = 0;
      dropped.documents[code]!++;
      dropped.tokens[code]! += tokens[row]! + 1;
    }
  }

  selection(nullReasons: readonly string[]): Selection {
    const { kept, dropped } = this;
    const count = (code: number) => ({ documents: dropped.documents[code]!, tokens: dropped.tokens[code]! });
    const byCondition = this.list.flatMap((condition, c) => [
      { reason: condition, ...count(2 * c + 1) },
      { reason: nullReasons[c]!, ...count(2 * c + 2) },
    ]);
    const all = [...this.base.dropped, ...byCondition].filter(({ documents }) => documents > 0);
    return { kept, ...sumKept(kept, this.source.tokens), dropped: all };
  }
}

/** What every list starts from: documents that no recipe trains on. */
export function excluded({ tokens, exclusions }: SelectableSource): { kept: Uint8Array; dropped: Dropped[] } {
  const dropped = exclusionReasons.map((reason) => ({ reason, documents: 0, tokens: 0 }));
  const kept = new Uint8Array(exclusions.length);
  for (let row = 0; row < exclusions.length; row++) {
    const code = exclusions[row]!;
    if (code === 0) {
      kept[row] = 1;
      continue;
    }
    dropped[code - 1]!.documents++;
    dropped[code - 1]!.tokens += tokens[row]! + 1;
  }
  return { kept, dropped };
}

function sumKept(kept: Uint8Array, tokens: Float64Array): { documents: number; tokens: number } {
  let documents = 0;
  let sum = 0;
  for (let row = 0; row < kept.length; row++) {
    if (kept[row] === 0) continue;
    documents++;
    sum += tokens[row]! + 1;
  }
  return { documents, tokens: sum };
}
