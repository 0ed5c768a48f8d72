/** Files that are hostile in one way each: read or refused within seconds, in less than 1 GB. */
import { expect, test } from 'vitest';
import { workspace } from '../corpus/workspace.js';
import { namedCases } from './named-cases.js';
import { runFormat } from './run-format.js';

const work = workspace();

test.each(namedCases)(
  '$name ($format)',
  async ({ name, expected }) => {
    const summary = await runFormat(name, 1, work.path(name.replace(/\W/g, '-')));
    expect(summary.failures).toEqual([]);
    const { rows, malformed, refused } = summary;
    expect(refused === 1 ? 'refused' : { rows, malformed }).toEqual(expected);
    expect(summary.peakBytes).toBeLessThan(1e9);
  },
  240_000,
);
