/**
 * Which documents are kept from training: a share of a source by hash of content, or the documents of a validation
 * source. Exact copies share an id, so they are kept out of every source.
 */
import { AssayError } from '../errors.js';
import type { ValidationSpec } from '../records.js';
import type { DocumentColumns } from './documents.js';
import { documentHash, sortRows } from './hash.js';

/** The same in every study, so that two studies hold out the same documents; a larger share contains a smaller one. */
const holdoutKey = 'assay holdout';

/** Why a document is not trained on. */
export type DropReason = 'held out' | 'copy of a validation document';

export interface HeldOut {
  /** By domain: rows of its documents in the order of their hash, one row for each content. */
  domains: Record<string, Uint32Array>;
  /** Ids that no run may train on. */
  excluded: ReadonlySet<string>;
  /** By training source: documents that are not trained on, by `DropReason`. */
  dropped: Record<string, Record<string, number>>;
}

/**
 * @param domains how each domain is validated
 * @param sources documents of the training sources, by source
 * @param ownSources documents of the domains that have a source of their own, by domain
 * @throws AssayError (exit code data) that names every domain without a document, with the share that would give one
 */
export function heldOutDocuments(
  domains: Record<string, ValidationSpec>,
  sources: Record<string, DocumentColumns>,
  ownSources: Record<string, DocumentColumns>,
): HeldOut {
  const rows: Record<string, Uint32Array> = {};
  const excluded = new Set<string>();
  /** By training source: the ids that its own domains hold out. */
  const ownIds = new Map<string, Set<string>>();
  const empty: string[] = [];
  for (const [domain, spec] of Object.entries(domains)) {
    const table = spec.kind === 'holdout' ? sources[spec.of]! : ownSources[domain]!;
    const chosen = rowsBelow(spec.kind === 'holdout' ? spec.share : 1, table);
    rows[domain] = chosen;
    if (chosen.length === 0) empty.push(emptyDomain(domain, spec, table));
    for (const row of chosen) excluded.add(table.id[row]!);
    if (spec.kind === 'source') continue;
    const ids = ownIds.get(spec.of) ?? new Set();
    for (const row of chosen) ids.add(table.id[row]!);
    ownIds.set(spec.of, ids);
  }
  if (empty.length > 0) throw new AssayError('validate', empty.join('; '));

  const dropped: HeldOut['dropped'] = {};
  for (const [source, table] of Object.entries(sources)) {
    const reasons: Record<string, number> = {};
    for (const id of table.id) {
      if (!excluded.has(id)) continue;
      const reason: DropReason = ownIds.get(source)?.has(id) ? 'held out' : 'copy of a validation document';
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    dropped[source] = reasons;
  }
  return { domains: rows, excluded, dropped };
}

/** Rows of first copies that have a token and whose hash is below `share`, in the order of their hash. */
function rowsBelow(share: number, table: DocumentColumns): Uint32Array {
  const rows: number[] = [];
  const keys: number[] = [];
  for (const [row, id] of table.id.entries()) {
    if (table.copy[row] !== 0 || table.tokens[row] === 0) continue;
    const key = documentHash(holdoutKey, id);
    if (key >= share) continue;
    rows.push(row);
    keys.push(key);
  }
  return sortRows(Uint32Array.from(rows), Float64Array.from(keys));
}

function emptyDomain(domain: string, spec: ValidationSpec, table: DocumentColumns): string {
  const all = rowsBelow(1, table);
  if (spec.kind === 'source') return `domain "${domain}" has no document with text`;
  if (all.length === 0)
    return `source "${spec.of}", which domain "${domain}" holds out from, has no document with text`;
  const percent = percentAbove(documentHash(holdoutKey, table.id[all[0]!]!));
  const share = `${Number((spec.share * 100).toPrecision(4))} %`;
  const documents = all.length.toLocaleString('en');
  return `domain "${domain}" is empty: ${share} of the ${documents} documents of "${spec.of}" is none, \`holdout: ${percent} %\` gives some`;
}

/** A percentage of two digits that is above `share`. */
function percentAbove(share: number): number {
  const unit = 10 ** (Math.floor(Math.log10(share * 100)) - 1);
  return Number(((Math.floor((share * 100) / unit) + 1) * unit).toPrecision(2));
}
