import { describe, expect, test } from 'vitest';
import { rankingTable, renderMarkdown, terminalPaint } from '../../src/report/index.js';
import { codeBlock, codeSpan } from '../../src/report/prose.js';
import { hostile } from './hostile.js';
import { simulateReport } from './simulate.js';

const small = simulateReport({
  recipes: ['natural', 'no-licences', 'no-ham'],
  domains: ['ham', 'licences', 'code'],
});

describe('Markdown', () => {
  test('shows the ranking as a table', () => {
    const from = renderMarkdown(small).indexOf('## Ranking');
    const to = renderMarkdown(small).indexOf('## Pairs');
    expect(renderMarkdown(small).slice(from, to)).toMatchInlineSnapshot(`
      "## Ranking

      | Rank | Recipe        |   Loss | Bits/byte | Difference to best [95 %]  |  P(best) | Saved |
      | ---: | ------------- | -----: | --------: | -------------------------- | -------: | ----: |
      |    1 | **\`natural\`** | 3.5089 |    1.2053 | best                       | > 99.9 % |  25 % |
      |    2 | \`no-licences\` | 3.5746 |    1.2279 | +0.0658 [+0.0534, +0.0781] |  < 0.1 % |  11 % |
      |    3 | \`no-ham\`      | 3.6084 |    1.2395 | +0.0995 [+0.0873, +0.1117] |  < 0.1 % |   0 % |

      Loss: nats per token, mean over 3 seeds and the weighted domains. Tie: too close to call. P(best): probability of being the best recipe. Saved: tokens not needed to reach the final loss of the worst recipe.

      ## By domain

      Difference to the mean of all recipes, nats per token; below zero is better. The best of a domain is bold.

      | Recipe        |                          \`ham\` |                     \`licences\` |                         \`code\` |
      | ------------- | -----------------------------: | -----------------------------: | -----------------------------: |
      | \`natural\`     |     −0.0921 [−0.1000, −0.0842] |     −0.1054 [−0.1132, −0.0977] |     +0.0323 [+0.0240, +0.0406] |
      | \`no-licences\` | **−0.1636** [−0.1722, −0.1551] |     +0.2389 [+0.2307, +0.2470] | **−0.0432** [−0.0515, −0.0349] |
      | \`no-ham\`      |     +0.2557 [+0.2472, +0.2642] | **−0.1334** [−0.1414, −0.1255] |     +0.0109 [+0.0029, +0.0189] |
      | mean loss     |                         3.2604 |                         3.6178 |                         3.8137 |

      "
    `);
  });

  test('gives every row of a table as many cells as its head, whatever the names are', () => {
    const text = renderMarkdown(simulateReport({ recipes: hostile, domains: hostile.slice(0, 3) }));
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    const tables = text.split('\n\n').filter((block) => block.startsWith('| '));
    expect(tables).toHaveLength(8);
    for (const table of tables) {
      const [head, ...rows] = table.split('\n');
      for (const row of rows) expect(cells(row)).toBe(cells(head!));
    }
  });

  test('keeps names inside code spans, where nothing is markup', () => {
    expect(codeSpan('no-code')).toBe('`no-code`');
    expect(codeSpan('a `b` c')).toBe('``a `b` c``');
    expect(codeSpan('`')).toBe('`` ` ``');
    expect(codeBlock('a\n```\nb', 'yaml')).toBe('````yaml\na\n```\nb\n````');
    const text = renderMarkdown(simulateReport({ recipes: hostile, text: 'study: x' }));
    const outside = text.replaceAll(/(?<!`)(`+)(?!`)(?:.|\n)*?(?<!`)\1(?!`)/g, '');
    expect(outside).not.toMatch(/<script|onerror|@somebody|https:/);
  });
});

describe('the terminal', () => {
  test('prints the ranking in plain, aligned text', () => {
    expect(rankingTable(small)).toMatchInlineSnapshot(`
      "Train on natural: it beats both other recipes.
      Loss: natural reaches 3.5089 nats per token (1.2053 bits per byte), and is the best recipe with a
        probability of more than 99.9 %.
      Other recipes: no-licences is worse by 0.066 ± 0.012; no-ham is worse by 0.099 ± 0.012 nats per
        token. natural reaches the final loss of no-ham, the worst, with 25 % fewer tokens.
      Seeds: With 3 seeds, 3 of 3 pairs of recipes are settled at 95 %. A study like this needs 2 seeds to
        tell its two best recipes apart, and 2 seeds to settle 80 % of all pairs. Rankings by two single
        seeds have a Spearman correlation of 1.00: a seed moves a recipe by 0.0049 nats where recipes
        differ by 0.0506 (standard deviations).
      Domains: natural loses on code by 0.076 ± 0.015 to no-licences; on ham by 0.072 ± 0.014 to
        no-licences; on licences by 0.028 ± 0.013 to no-ham (nats per token).
      Training length: 5 % of the training would have been enough for this ranking: from there on it keeps
        a Spearman correlation of at least 0.95 with the final one. natural has had the lowest loss from
        5 % of the training on.

      Rank  Recipe         Loss  Bits/byte  Difference to best [95 %]    P(best)  Saved
         1  natural      3.5089     1.2053  best                        > 99.9 %   25 %
         2  no-licences  3.5746     1.2279  +0.0658 [+0.0534, +0.0781]   < 0.1 %   11 %
         3  no-ham       3.6084     1.2395  +0.0995 [+0.0873, +0.1117]   < 0.1 %    0 %
      Loss: nats per token, mean over 3 seeds and the weighted domains. Tie: too close to call. P(best):
      probability of being the best recipe. Saved: tokens not needed to reach the final loss of the worst
      recipe."
    `);
  });

  test('stays within 100 columns and prints no control characters', () => {
    const long = hostile.map((name) => `${name} ${'x'.repeat(80)}`);
    const text = rankingTable(simulateReport({ recipes: long, seeds: 1 }));
    for (const line of text.split('\n').slice(text.split('\n').indexOf('') + 1))
      expect(line.length).toBeLessThanOrEqual(100);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('colours change nothing but colours', () => {
    const coloured = rankingTable(small, terminalPaint(true));
    expect(coloured).not.toBe(rankingTable(small));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(rankingTable(small));
    expect(rankingTable(small, terminalPaint(false))).toBe(rankingTable(small));
  });
});
