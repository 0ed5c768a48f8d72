/**
 * Damaged files of every format: none crashes or hangs, memory stays below 1 GB, and whatever cannot be read is an error
 * with the file's name or a malformed row with its place. `ASSAY_FUZZ=100000` reads that many of each.
 */
import { expect, test } from 'vitest';
import { workspace } from '../corpus/workspace.js';
import { formats } from './formats.js';
import { runFormat } from './run-format.js';

const work = workspace();
const count = Number(process.env.ASSAY_FUZZ ?? 300);

test.each(formats.map(({ name }) => name))(
  '%s: every damaged file is read or refused',
  async (name) => {
    const summary = await runFormat(name, count, work.path(name));
    expect(summary.failures).toEqual([]);
    expect(summary.cases).toBe(count);
    expect(summary.peakBytes).toBeLessThan(1e9);
    // Of damage that nobody sees the test would say nothing.
    expect(summary.refused + summary.malformed).toBeGreaterThan(0);
  },
  Math.max(240_000, 300 * count),
);
