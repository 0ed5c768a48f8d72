/**
 * Does the demo tell the truth? `node examples/demo/check.mjs [report.json]`, exit code 1 if it does not.
 *
 * Among the natural mix and the leave-one-out recipes, on every domain the recipe that never saw the domain must have
 * the worst loss, and the interval of its difference to the runner-up must exclude 0.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = process.argv[2] ?? fileURLToPath(new URL('results/demo/report/report.json', import.meta.url));
if (!existsSync(path)) {
  console.error(`${path}: missing, expected the report of a run. Run the study first.`);
  process.exit(4);
}
const { ranking } = JSON.parse(readFileSync(path, 'utf8'));
const domains = Object.entries(ranking.domains);
let wrong = domains.length === 0 ? 1 : 0;
for (const [domain, { recipes, pairs }] of domains) {
  const blind = `no-${domain}`;
  const candidates = recipes
    .filter(({ recipe }) => recipe === 'natural' || recipe.startsWith('no-'))
    .sort((a, b) => b.lossNats - a.lossNats)
    .map(({ recipe }) => recipe);
  // Whoever is next to the blind recipe: the runner-up if the blind one is the worst, else the worst.
  const other = candidates.find((recipe) => recipe !== blind);
  const pair = pairs.find(({ better, worse }) => better === other && worse === blind);
  const right = candidates[0] === blind && pair !== undefined && !pair.tie && pair.interval.low > 0;
  if (!right) wrong++;
  const difference = pair
    ? `${pair.differenceNats.toFixed(3)} nats above ${other} (95 % interval ${pair.interval.low.toFixed(3)} to ${pair.interval.high.toFixed(3)})`
    : `not above ${other}`;
  console.log(`${right ? 'right' : 'WRONG'}  ${domain}: ${blind} is ${difference}`);
}
process.exitCode = wrong === 0 ? 0 : 1;
