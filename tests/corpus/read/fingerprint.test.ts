import { cpSync, readFileSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fingerprint, listFiles } from '../../../src/corpus/index.js';
import type { SourceSpec } from '../../../src/records.js';
import { workspace } from '../workspace.js';

const work = workspace();
work.write('data/a.txt', 'one');
work.write('data/b.txt', 'two');

const of = async (source: SourceSpec, options = {}) =>
  fingerprint(source, await listFiles(source, 'source "s"'), options);

describe('fingerprint', () => {
  test('depends on names, contents and the text field, and not on where the folder lies', async () => {
    const source = work.source('data');
    const first = await of(source);
    expect(await of(source)).toBe(first);
    expect(await of({ ...source, text: 'body' })).not.toBe(first);

    cpSync(work.path('data'), work.path('elsewhere/data'), { recursive: true });
    expect(await of(work.source('elsewhere/data'))).toBe(first);

    work.write('elsewhere/data/b.txt', 'tow');
    expect(await of(work.source('elsewhere/data'))).not.toBe(first);

    work.write('elsewhere/data/b.txt', 'two');
    work.write('elsewhere/data/c.txt', '');
    expect(await of(work.source('elsewhere/data'))).not.toBe(first);
  });

  test('a cached file is not read again until its size or time changes', async () => {
    work.write('cached/a.txt', 'one');
    const source = work.source('cached');
    const options = { cacheFolder: work.path('cache') };
    const first = await of(source, options);
    expect(first).toBe(await of(source));

    // A false digest in the cache shows that the file itself is not read.
    const cacheFile = work.path('cache/fingerprints.json');
    work.write(
      'cache/fingerprints.json',
      readFileSync(cacheFile, 'utf8').replace(/"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`),
    );
    expect(await of(source, options)).not.toBe(first);

    utimesSync(work.path('cached/a.txt'), new Date(), new Date(Date.now() + 5000));
    expect(await of(source, options)).toBe(first);
  });
});
