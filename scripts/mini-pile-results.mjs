/**
 * The tables "What no recipe trains on" and "What each recipe drops" of docs/results/mini-pile.md:
 *
 *     node dist/cli/main.js plan examples/mini-pile/study.yaml --data --no-measure --json > plan.json
 *     node scripts/mini-pile-results.mjs plan.json
 */
import { readFileSync } from 'node:fs';

const { data } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const count = (value) => value.toLocaleString('en-US');
const exclusions = [
  'held out',
  'copy of a validation document',
  'near duplicate of a validation document',
  'contaminated',
];
const row = (cells) => `| ${cells.join(' | ')} |`;

const documents = Object.fromEntries(data.sources.map((source) => [source.source, source]));
const seen = new Map();
for (const { sources } of data.recipes)
  for (const { source, dropped } of sources) if (source in documents) seen.set(source, dropped);

for (const { recipe, sources } of data.recipes) {
  for (const { source, documents: kept, dropped } of sources) {
    // A part is a view of the one source that its name begins with.
    const all = documents[source] ?? documents['docs-raw'];
    const sum = kept + dropped.reduce((total, drop) => total + drop.documents, 0);
    if (sum !== all.documents) throw new Error(`${recipe}, ${source}: ${sum} of ${all.documents} documents`);
  }
}

console.log(row(['source', 'documents', 'tokens', ...exclusions]));
console.log(row(['---', ...Array(2 + exclusions.length).fill('---:')]));
for (const [source, dropped] of seen) {
  const of = (reason) => count(dropped.find((drop) => drop.reason === reason)?.documents ?? 0);
  const { documents: all, tokens } = documents[source];
  console.log(row([source, count(all), count(tokens), ...exclusions.map(of)]));
}

console.log(
  `\n${row(['recipe', 'source', 'documents kept', 'tokens kept', 'passes', 'dropped by condition, documents (tokens)'])}`,
);
console.log(row(['---', '---', '---:', '---:', '---:', '---']));
for (const { recipe, sources } of data.recipes) {
  for (const { source, documents: kept, tokens, epochs, dropped } of sources) {
    const conditions = dropped.filter(({ reason }) => !exclusions.includes(reason));
    if (conditions.length === 0 && sources.length > 4) continue;
    const reasons = conditions.map(
      (drop) => `\`${drop.reason}\` ${count(drop.documents)} (${count(drop.tokens)})`,
    );
    console.log(
      row([recipe, source, count(kept), count(tokens), epochs.toFixed(2), reasons.join(', ') || 'none']),
    );
  }
}
