/** Fetching the mini-Pile: the choice under a cap, the written file, and a fetch from a package archive on this disk. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decompress } from 'fzstd';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderWith } from '../cli/assay.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/mini-pile');
// biome-ignore lint/suspicious/noExplicitAny: the example has no types
const load = (path: string): Promise<any> => import(/* @vite-ignore */ join(example, path));
const script = join(example, 'fetch.mjs');
const rowsOf = (file: string) =>
  Buffer.from(decompress(readFileSync(file)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeAll(() => {
  spawnSync(process.execPath, ['scripts/install.mjs', 'examples/mini-pile'], { cwd: root });
});

describe('the choice under a cap', () => {
  const documents = Array.from({ length: 2000 }, (_, i) => `document ${i} ${'x'.repeat(50 + (i % 100))}`);

  test('fits, is even over the whole domain, and is the same in any order', async () => {
    const { chooseEvenly, rankOf } = await load('lib/choose.mjs');
    const sizesOf = (texts: string[]) => texts.map((text) => ({ rank: rankOf(text), bytes: text.length }));
    const kept: boolean[] = chooseEvenly(sizesOf(documents), 60_000);
    const chosen = documents.filter((_, i) => kept[i]);
    const bytes = chosen.join('').length;
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(bytes).toBeGreaterThan(59_800);
    // About 520 of 2,000: each quarter of the domain gives its share, up to five standard deviations.
    for (let start = 0; start < 2000; start += 500) {
      const share = kept.slice(start, start + 500).filter(Boolean).length / chosen.length;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.09);
    }
    const backwards = [...documents].reverse();
    const again: boolean[] = chooseEvenly(sizesOf(backwards), 60_000);
    expect(backwards.filter((_, i) => again[i]).sort()).toEqual([...chosen].sort());
  });

  test('a written domain holds the chosen rows in their order, and counts what it left out', async () => {
    const { writeDomain } = await load('lib/write.mjs');
    const row = (text: string) => ({ text, origin: `p:${text.length}`, package: 'p', kind: 'k' });
    const texts = ['short', ...documents.slice(0, 5), '  ü "\\ \u2028\n'.repeat(10), 'l'.repeat(250_001)];
    const { file, ...counts } = await writeDomain(texts.map(row), 1e6, folderWith({}));
    const whole = texts.slice(1, -1);
    expect(rowsOf(file)).toEqual(whole.map(row));
    const bytes = Buffer.byteLength(whole.join(''));
    expect(counts).toEqual({ found: 8, short: 1, long: 1, documents: 6, bytes });
  });
});

describe('the command', () => {
  const fetch = (out: string, env: Record<string, string>, ...domains: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [script, '--out', out, ...domains], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });

  test('says so where there is no apt', () => {
    const { status, stderr } = fetch(folderWith({}), { PATH: folderWith({}) }, 'dictionary');
    expect(status).toBe(4);
    expect(stderr).toMatch(/^apt-get: not on this system, expected a Debian system/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('names the domains when asked for another', () => {
    const { status, stderr } = fetch(folderWith({}), {}, 'dictionaries');
    expect(status).toBe(4);
    expect(stderr).toMatch(/^dictionaries: no such domain\nExpected some of: c, go, .*dictionary/);
  });

  describe.skipIf(!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-deb'))(
    'with an archive',
    () => {
      let config: string;
      const database = Array.from(
        { length: 3000 },
        (_, i) => `$( Statement number ${i}. $)\nth${i} $p |- ( x = ${i} ) $= ( a${i} b ) ABC $.\n`,
      ).join('');

      beforeAll(() => {
        config = archiveWith('metamath-databases', { 'usr/share/metamath/set.mm': database });
      });

      test('fetches a domain, says what it holds, and leaves it alone afterwards', () => {
        const out = folderWith({});
        const first = fetch(out, { APT_CONFIG: config }, 'formal-maths');
        expect(first.stderr).toBe('');
        expect(first.stdout).toMatch(/^formal-maths +3000 +3000 /m);
        const file = join(out, 'formal-maths.jsonl.zst');
        const rows = rowsOf(file);
        expect(rows).toHaveLength(3000);
        expect(rows[17]).toEqual({
          text: 'Statement number 17.\nth17 theorem: |- ( x = 17 )\nProof from a17 b',
          origin: 'metamath-databases:usr/share/metamath/set.mm#th17',
          package: 'metamath-databases',
          kind: 'theorem',
        });
        expect(readdirSync(out).sort()).toEqual(['formal-maths.json', 'formal-maths.jsonl.zst']);
        const mark = JSON.parse(readFileSync(join(out, 'formal-maths.json'), 'utf8'));
        expect(mark.packages).toEqual({ 'metamath-databases': '1.0' });

        // With no apt in reach, only a domain that is not fetched again can succeed.
        const { mtimeMs } = statSync(file);
        const second = fetch(out, { PATH: folderWith({}) }, 'formal-maths');
        expect(second.stdout).toMatch(/^formal-maths .* there$/m);
        expect(statSync(file).mtimeMs).toBe(mtimeMs);

        writeFileSync(file, 'damaged');
        expect(fetch(out, { APT_CONFIG: config }, 'formal-maths').status).toBe(0);
        expect(rowsOf(file)).toEqual(rows);
      });

      test('killed at any moment, leaves nothing half written, and the same command goes on', async () => {
        const out = folderWith({});
        for (const delay of [100, 200, 400, 600]) {
          const child = spawn(process.execPath, [script, '--out', out, 'formal-maths'], {
            env: { ...process.env, APT_CONFIG: config },
            stdio: 'ignore',
          });
          const ended = new Promise((done) => child.once('exit', done));
          await new Promise((done) => setTimeout(done, delay));
          child.kill('SIGKILL');
          await ended;
          const file = join(out, 'formal-maths.jsonl.zst');
          if (existsSync(file)) expect(rowsOf(file)).toHaveLength(3000);
        }
        expect(fetch(out, { APT_CONFIG: config }, 'formal-maths').status).toBe(0);
        expect(rowsOf(join(out, 'formal-maths.jsonl.zst'))).toHaveLength(3000);
        expect(readdirSync(out).sort()).toEqual(['formal-maths.json', 'formal-maths.jsonl.zst']);
      });
    },
  );
});

/** An archive of Debian packages on this disk that holds one package; returns the configuration that makes apt use it. */
function archiveWith(name: string, files: Record<string, string>): string {
  const folder = folderWith({});
  const tree = join(folder, 'tree');
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: text\n`;
  for (const [path, content] of Object.entries({ ...files, 'DEBIAN/control': control })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
  }
  chmodSync(join(tree, 'DEBIAN'), 0o755);
  const pool = join(folder, 'archive/pool');
  const index = join(folder, 'archive/dists/bookworm/main/binary-all');
  for (const made of [pool, index, join(folder, 'state/lists/partial'), join(folder, 'cache')]) {
    mkdirSync(made, { recursive: true });
  }
  const file = `${name}_1.0_all.deb`;
  run('dpkg-deb', ['--build', '--root-owner-group', tree, join(pool, file)]);
  const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  const content = readFileSync(join(pool, file));
  const packages = `${control}Filename: pool/${file}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n`;
  writeFileSync(join(index, 'Packages'), packages);
  const size = Buffer.byteLength(packages);
  writeFileSync(
    join(folder, 'archive/dists/bookworm/Release'),
    `Suite: oldstable\nCodename: bookworm\nArchitectures: all\nComponents: main\nSHA256:\n ${sha256(packages)} ${size} main/binary-all/Packages\n`,
  );
  writeFileSync(
    join(folder, 'sources.list'),
    `deb [trusted=yes arch=all] file:${join(folder, 'archive')} bookworm main\n`,
  );
  const config = join(folder, 'apt.conf');
  writeFileSync(
    config,
    `Dir::Etc::SourceList "${join(folder, 'sources.list')}";\nDir::Etc::SourceParts "/dev/null";\n` +
      `Dir::State "${join(folder, 'state')}";\nDir::Cache "${join(folder, 'cache')}";\nAPT::Sandbox::User "";\n`,
  );
  run('apt-get', ['update', '-q'], { APT_CONFIG: config });
  return config;
}

function run(program: string, args: string[], env: Record<string, string> = {}): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}
