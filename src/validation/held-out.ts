/**
 * Which documents are kept from training: a share of a source by hash of content, or the documents of a validation
 * source, each with all of its copies and near duplicates, in every source; and documents that hold parts of them.
 */
import { AssayError } from '../errors.js';
import type { ValidationSpec } from '../records.js';
import type { DocumentColumns } from './documents.js';
import { documentHash, sortRows } from './hash.js';

/** The same in every study, so that two studies hold out the same documents; a larger share contains a smaller one. */
const holdoutKey = 'assay holdout';

/** Why no recipe trains on a document. */
export const exclusionReasons = [
  'held out',
  'copy of a validation document',
  'near duplicate of a validation document',
  'contaminated',
] as const;
type ExclusionReason = (typeof exclusionReasons)[number];

export interface HeldOut {
  /** By domain: rows of its documents in the order of their hash, one row for each cluster of near duplicates. */
  domains: Record<string, Uint32Array>;
  /** By training source, a byte a document: 0 may be trained on, else 1 + the index of its reason. */
  exclusions: Record<string, Uint8Array>;
}

export interface Contamination {
  /** By training source, for each document: the share of its words that validation sources or benchmarks hold. */
  shares: Record<string, Float64Array>;
  /** A larger share is not trained on. */
  maximum: number;
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
  contamination?: Contamination,
): HeldOut {
  const rows: Record<string, Uint32Array> = {};
  const validated = { ids: new Set<string>(), clusters: new Set<string>() };
  /** By training source: the ids that its own domains hold out. */
  const ownIds = new Map<string, Set<string>>();
  const empty: string[] = [];
  for (const [domain, spec] of Object.entries(domains)) {
    const table = spec.kind === 'holdout' ? sources[spec.of]! : ownSources[domain]!;
    const chosen = rowsBelow(spec.kind === 'holdout' ? spec.share : 1, table);
    rows[domain] = chosen;
    if (chosen.length === 0) empty.push(emptyDomain(domain, spec, table));
    for (const row of chosen) {
      validated.ids.add(table.id[row]!);
      validated.clusters.add(clusterOf(table, row));
    }
    if (spec.kind === 'source') continue;
    const ids = ownIds.get(spec.of) ?? new Set();
    for (const row of chosen) ids.add(table.id[row]!);
    ownIds.set(spec.of, ids);
  }
  if (empty.length > 0) throw new AssayError('validate', empty.join('; '));

  const exclusions: HeldOut['exclusions'] = {};
  for (const [source, table] of Object.entries(sources)) {
    const shares = contamination?.shares[source];
    const reasonOf = (row: number): ExclusionReason | undefined => {
      const id = table.id[row]!;
      if (ownIds.get(source)?.has(id)) return 'held out';
      if (validated.ids.has(id)) return 'copy of a validation document';
      if (validated.clusters.has(clusterOf(table, row))) return 'near duplicate of a validation document';
      // A share that cannot be measured is NaN, which is not above the maximum.
      return shares !== undefined && shares[row]! > contamination!.maximum ? 'contaminated' : undefined;
    };
    exclusions[source] = Uint8Array.from(table.id, (_, row) => {
      const reason = reasonOf(row);
      return reason === undefined ? 0 : 1 + exclusionReasons.indexOf(reason);
    });
  }
  return { domains: rows, exclusions };
}

/** Documents that no recipe trains on, by reason. */
export function countExclusions(exclusions: Uint8Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of exclusions) {
    if (code === 0) continue;
    const reason = exclusionReasons[code - 1]!;
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

function clusterOf(table: DocumentColumns, row: number): string {
  return table.cluster?.[row] ?? table.id[row]!;
}

/** The first row with a token of every cluster whose hash is below `share`, in the order of the hash. */
function rowsBelow(share: number, table: DocumentColumns): Uint32Array {
  const rows: number[] = [];
  const keys: number[] = [];
  const seen = new Set<string>();
  for (let row = 0; row < table.id.length; row++) {
    if (table.copy[row] !== 0 || table.tokens[row] === 0) continue;
    const cluster = clusterOf(table, row);
    const key = documentHash(holdoutKey, cluster);
    if (key >= share || seen.has(cluster)) continue;
    seen.add(cluster);
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
  const percent = percentAbove(documentHash(holdoutKey, clusterOf(table, all[0]!)));
  const share = `${Number((spec.share * 100).toPrecision(4))} %`;
  const documents = all.length.toLocaleString('en');
  return `domain "${domain}" is empty: ${share} of the ${documents} documents of "${spec.of}" is none, \`holdout: ${percent} %\` gives some`;
}

/** A percentage of two digits that is above `share`. */
function percentAbove(share: number): number {
  const unit = 10 ** (Math.floor(Math.log10(share * 100)) - 1);
  return Number(((Math.floor((share * 100) / unit) + 1) * unit).toPrecision(2));
}
