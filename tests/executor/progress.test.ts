import { describe, expect, test } from 'vitest';
import { shortCount } from '../../src/amounts.js';
import { formatDuration, formatOverall, formatRun } from '../../src/executor/format.js';
import { ProgressDisplay, type RunProgress } from '../../src/executor/index.js';

const progress = (id: string, step: number, over: Partial<RunProgress> = {}): RunProgress => ({
  id,
  status: 'running',
  step,
  steps: 400,
  tokensPerSecond: 15_234,
  lossNats: 3.21449,
  secondsLeft: 45,
  overall: { ended: 7, runs: 16, secondsLeft: 170 },
  ...over,
});

describe('words for numbers', () => {
  test.each([
    [0, '0 s'],
    [44.2, '45 s'],
    [60, '1 min'],
    [61, '2 min'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_400, '1 d'],
    [273_600, '3 d 4 h'],
    [Number.NaN, '?'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  test.each([
    [7.4, '7'],
    [999, '999'],
    [1000, '1k'],
    [15_234, '15.2k'],
    [999_900, '1M'],
    [4_560_000, '4.56M'],
    [2e9, '2G'],
  ])('%d is %s', (count, text) => expect(shortCount(count)).toBe(text));

  test('a run, and all runs, are one line each', () => {
    expect(formatRun(progress('all-s0', 7), 8)).toBe(
      'all-s0      7/400 steps  15.2k tokens/s  loss 3.214  45 s left',
    );
    const ended = progress('all-s0', 400, { status: 'done' });
    expect(formatRun(ended)).toBe('all-s0  400/400 steps  15.2k tokens/s  loss 3.214  done');
    expect(formatRun(progress('a', 9, { status: 'failed', reason: 'loss is NaN' }))).toBe(
      'a  failed: loss is NaN',
    );
    expect(formatOverall({ ended: 7, runs: 16, secondsLeft: 170 })).toBe('7 of 16 runs, 3 min left');
    expect(formatOverall({ ended: 16, runs: 16, secondsLeft: 0 })).toBe('16 of 16 runs');
  });
});

/** A stream that keeps what is written, and a clock that tests move. */
function display(stream: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { now: 0 };
  const shown = new ProgressDisplay({ ...stream, write: (text) => written.push(text) }, () => clock.now);
  return { shown, written, clock };
}

describe('on a terminal', () => {
  /** What a terminal shows after all that was written: rows, with the cursor moves that the display uses. */
  function screen(written: string[]): string[] {
    const rows: string[] = [''];
    let row = 0;
    const escapeCode = String.fromCharCode(27);
    const pattern = new RegExp(`${escapeCode}\\[(\\d*)([AJKm])|\\n|[^${escapeCode}\\n]+`, 'g');
    const pieces = written.join('').matchAll(pattern);
    for (const [piece, count, command] of pieces) {
      if (piece === '\n') rows[++row] ??= '';
      else if (command === 'A') row -= Number(count);
      else if (command === 'K') rows[row] = '';
      else if (command === 'J') rows.splice(row, rows.length, '');
      else if (command === undefined) rows[row] += piece;
    }
    return rows.filter((text) => text !== '');
  }

  test('each running run has one line that is updated in place, and ended runs stay above', () => {
    const { shown, written, clock } = display({ isTTY: true, columns: 200 });
    shown.update(progress('a', 1));
    clock.now = 200;
    shown.update(progress('b', 1));
    clock.now = 400;
    shown.update(progress('a', 2));
    expect(screen(written)).toEqual([
      formatRun(progress('a', 2)),
      formatRun(progress('b', 1)),
      '7 of 16 runs, 3 min left',
    ]);
    shown.update(progress('a', 400, { status: 'done' }));
    shown.note('a word to the user');
    expect(screen(written)).toEqual([
      `✓ ${formatRun(progress('a', 400, { status: 'done' }))} (7 of 16 runs, 3 min left)`,
      'a word to the user',
      formatRun(progress('b', 1)),
      '7 of 16 runs, 3 min left',
    ]);
    shown.close();
    expect(screen(written)).toHaveLength(2);
  });

  test('no line is longer than the terminal is wide', () => {
    const { shown, written } = display({ isTTY: true, columns: 20 });
    shown.update(progress('a-long-name', 1));
    for (const row of screen(written)) expect(row.length).toBeLessThan(20);
  });
});

test('in a log there is a plain line now and then, and one at each end', () => {
  const { shown, written, clock } = display({ isTTY: false });
  for (clock.now = 0; clock.now < 25_000; clock.now += 100) shown.update(progress('a', clock.now / 100));
  expect(written).toHaveLength(2);
  shown.update(progress('a', 400, { status: 'failed', reason: 'loss is NaN' }));
  shown.close();
  expect(written.at(-1)).toBe('✗ a  failed: loss is NaN (7 of 16 runs, 3 min left)\n');
  expect(written.join('')).not.toContain('\x1b');
});
