/**
 * One validation domain seen through the panel: every run's loss, and how much each document moves it.
 *
 * A domain's loss is the ratio Σ loss / Σ tokens over its documents. Its noise from sampling the documents is measured
 * by the delete-one jackknife: leaving document i out moves the loss of a run by −(l_i − loss · t_i) / (T − t_i), with
 * l_i the document's summed loss, t_i its tokens and T all tokens.
 */
import type { DocumentLosses } from '../records.js';
import { sum } from '../stats/index.js';
import type { Panel } from './panel.js';

export interface DomainLosses {
  /** Nats per token, [recipe][seed]. */
  lossNats: number[][];
  /** [recipe][seed] */
  bitsPerByte: number[][];
  /** How documents move recipes; undefined for a domain of one document, whose noise cannot be seen. */
  documents?: DocumentNoise;
}

/** Covariances over documents, recipes × recipes, row-major, in nats² per token². */
export interface DocumentNoise {
  /** Documents that hold a token. */
  documents: number;
  /** Of recipe losses averaged over the seeds at hand. */
  covariance: Float64Array;
  /**
   * The part of `covariance` that comes from how single documents react to single seeds. The spread over seeds holds
   * it already, so sums of both subtract it. Zero for one seed, where it cannot be told apart.
   */
  seedPart: Float64Array;
  /** Effective number of documents (Σ t)² / Σ t², less one. */
  degrees: number;
}

export function measureDomain(panel: Panel, domain: string): DomainLosses {
  const losses = panel.runs.map((seeds) => seeds.map((run) => run.documents[domain]!));
  const reference = losses[0]![0]!;
  const tokens = sum(reference.tokens);
  const bytes = sum(reference.bytes);
  const totals = losses.map((seeds) => seeds.map((run) => sum(run.lossSumNats)));
  const lossNats = totals.map((seeds) => seeds.map((total) => total / tokens));
  const bitsPerByte = totals.map((seeds) => seeds.map((total) => total / Math.LN2 / bytes));
  const documents = documentNoise(losses, lossNats, reference.tokens, tokens);
  return documents ? { lossNats, bitsPerByte, documents } : { lossNats, bitsPerByte };
}

function documentNoise(
  losses: DocumentLosses[][],
  lossNats: number[][],
  tokens: Float64Array,
  total: number,
): DocumentNoise | undefined {
  const counted = tokens.filter((t) => t > 0).length;
  if (counted < 2) return undefined;
  const recipes = losses.length;
  const seeds = losses[0]!.length;
  const scale = Math.sqrt((counted - 1) / counted);
  const zeros = () => Array.from({ length: recipes }, () => new Float64Array(tokens.length));

  // Influence of document i on [seed][recipe], less the mean over recipes: what they share cancels in differences.
  const influence = Array.from({ length: seeds }, zeros);
  const seedMean = zeros();
  for (let s = 0; s < seeds; s++) {
    for (let i = 0; i < tokens.length; i++) {
      const t = tokens[i]!;
      if (t === 0) continue;
      let shared = 0;
      for (let r = 0; r < recipes; r++) {
        const value = (scale * (losses[r]![s]!.lossSumNats[i]! - lossNats[r]![s]! * t)) / (total - t);
        influence[s]![r]![i] = value;
        shared += value / recipes;
      }
      for (let r = 0; r < recipes; r++) {
        influence[s]![r]![i]! -= shared;
        seedMean[r]![i]! += influence[s]![r]![i]! / seeds;
      }
    }
  }

  const covariance = products(seedMean);
  const seedPart = new Float64Array(recipes * recipes);
  if (seeds > 1) {
    for (const rows of influence) {
      for (let r = 0; r < recipes; r++) {
        for (let i = 0; i < tokens.length; i++) rows[r]![i]! -= seedMean[r]![i]!;
      }
      const spread = products(rows);
      for (let k = 0; k < spread.length; k++) seedPart[k]! += spread[k]! / (seeds * (seeds - 1));
    }
  }
  const squares = sum(tokens.map((t) => t * t));
  return { documents: counted, covariance, seedPart, degrees: Math.max(1, (total * total) / squares - 1) };
}

/** rows · rowsᵀ, row-major. */
function products(rows: Float64Array[]): Float64Array {
  const n = rows.length;
  const result = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let total = 0;
      const [x, y] = [rows[a]!, rows[b]!];
      for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
      result[a * n + b] = total;
      result[b * n + a] = total;
    }
  }
  return result;
}
