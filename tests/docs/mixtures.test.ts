/** Every flag and format that the page on mixtures names is one that the commands have. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doremiCommand } from '../../src/cli/doremi.js';
import { exportCommand } from '../../src/cli/export.js';
import { fitCommand } from '../../src/cli/fit.js';
import { mixCommand } from '../../src/cli/mix.js';
import { readSources } from '../../src/cli/mixture-files.js';
import { proposeCommand } from '../../src/cli/propose.js';
import { exportFormats } from '../../src/mixture/index.js';
import { folderWith } from '../cli/assay.js';

const page = readFileSync(new URL('../../docs/mixtures.md', import.meta.url), 'utf8');

test('flags of the page on mixtures exist', () => {
  const commands = [mixCommand(), fitCommand(), proposeCommand(), exportCommand(), doremiCommand()];
  const known = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));
  // Megatron-LM's own.
  known.add('--data-args-path');
  for (const [flag] of page.matchAll(/--[a-z][a-z-]+/g)) expect(known, flag).toContain(flag);
});

test('and so do its formats, and its sources can be read', () => {
  for (const format of exportFormats) expect(page).toContain(`| \`${format}\` |`);
  const [, yaml] = /```yaml\n([^`]+)```/.exec(page)!;
  const folder = folderWith({ 'sources.yaml': yaml! });
  expect([...readSources(`${folder}/sources.yaml`).keys()]).toEqual(['web', 'code']);
});
