/** The study that `assay init` writes: the natural mix against leaving each source out, with every choice explained. */
import { parse } from 'yaml';
import type { FoundSource } from './init-sources.js';

/** Bytes of text per byte of gzip, roughly. */
const gzipRatio = 3;

export function studyTemplate(name: string, sources: FoundSource[]): string {
  const tokens = suggestTokens(sources);
  return `# yaml-language-server: $schema=./assay.schema.json
# Which of these recipes is best for a language model trained from scratch? \`assay run\` trains small proxies and says.
study: ${scalar(name)}

# gpt2 (50,257 tokens), bytes, or a vocabulary trained on a sample of your sources. Small proxies want a small one.
tokenizer: { bpe: 4096 }

# Where the documents are. A JSONL row is a document; in a folder of text or code, a file is one.
sources:
${sources.map((source) => `  ${scalar(source.name)}: { path: ${JSON.stringify(source.path)}${source.text ? `, text: ${source.text}` : ''} }`).join('\n')}

# What is compared. Shares are shares of tokens, never of documents.
recipes:
  natural: natural # every source in proportion to its tokens
${sources.length > 1 ? sources.map((source) => `  no-${source.name}: { without: ${scalar(source.name)} }`).join('\n') : ''}
${exampleShares(sources)}
# What a good model must predict. A held-out share is never trained on. Weights say how much each domain counts.
validate:
${sources.map((source) => `  ${scalar(source.name)}: { holdout: 2 %, of: ${scalar(source.name)}, weight: 1 }`).join('\n')}

# The small model that is trained once per recipe and seed.
proxy:
  model: { layers: 2, width: 64, heads: 4 } # or a preset: gpt2-small, gpt2-medium, …
  learningRate: 1e-3 # 1-2 orders of magnitude below the rate that is best for this model and batch
  tokens: ${tokens} # training tokens of each run; or tokensPerParameter: 20
  batch: 32 # windows per step
  context: 128 # tokens per window
  seeds: 2 # more seeds, narrower intervals

run:
  onMalformed: skip # count and skip rows that cannot be read, or: fail
`;
}

/** A name as YAML reads it back: `2024` and `true` need quotes. */
function scalar(name: string): string {
  return parse(name) === name ? name : JSON.stringify(name);
}

/** About half of what stays when the largest source is left out, so that no recipe runs out of tokens. */
function suggestTokens(sources: FoundSource[]): string {
  const bytesPerToken = 4;
  const bytes = sources.map((source) => source.bytes * (source.path.endsWith('.gz') ? gzipRatio : 1));
  const all = bytes.reduce((sum, each) => sum + each, 0);
  const fewest = sources.length > 1 ? all - Math.max(...bytes) : all;
  const tokens = Math.max(1000, Math.min(2_000_000, (0.5 * fewest) / bytesPerToken));
  return `${Math.round(tokens / 1000)}k`;
}

function exampleShares(sources: FoundSource[]): string {
  if (sources.length < 2) return '';
  const even = Math.floor(1000 / sources.length) / 1000;
  const first = Math.round((1 - even * (sources.length - 1)) * 1000) / 1000;
  return `  # even: { ${sources.map((source, i) => `${scalar(source.name)}: ${i === 0 ? first : even}`).join(', ')} }
`;
}
