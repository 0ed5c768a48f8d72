/** What the first page shows must work as it stands there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseStudy } from '../../src/load-study.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  test('shows a study that is valid', async () => {
    const [, yaml] = /```yaml\n([^`]+)```/.exec(readme)!;
    expect(Object.keys((await parseStudy(yaml!, 'study.yaml')).recipes)).toHaveLength(7);
  });

  test('names the two commands on its first screen, and they exist', () => {
    const firstScreen = readme.split('\n').slice(0, 20).join('\n');
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const name of ['demo', 'test']) {
      expect(firstScreen).toMatch(new RegExp(`^npm (run )?${name}\\b`, 'm'));
      expect(scripts[name]).toBeDefined();
    }
  });

  test('links to files that exist, and says what every folder does', () => {
    for (const [, target] of readme.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(join(root, target!)), target).toBe(true);
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { name } of folders) expect(readme).toContain(`| \`${name}/\` |`);
  });
});
