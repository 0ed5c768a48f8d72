/**
 * Live progress: on a terminal a line per running run and one for all, updated in place; elsewhere (a log file, CI) a
 * plain line now and then, and one at each run's end.
 */
import colors from 'picocolors';
import { formatOverall, formatRun } from './format.js';
import type { RunProgress } from './overall.js';

/** What is needed of `process.stderr`. */
export interface ProgressStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const redrawMilliseconds = 100;
/** Runs that are shown; a GPU trains many at once. */
const mostLines = 12;
const plainMilliseconds = 10_000;

export class ProgressDisplay {
  private readonly running = new Map<string, RunProgress>();
  private overall: RunProgress['overall'] | undefined;
  /** Lines of the live region that stand on the terminal. */
  private drawn = 0;
  private lastWrite: number;
  /** Colours on a terminal only, and not when NO_COLOR is set. */
  private readonly paint;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly stream: ProgressStream = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.paint = colors.createColors(Boolean(stream.isTTY) && !process.env.NO_COLOR);
    this.lastWrite = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  }

  update(progress: RunProgress): void {
    this.overall = progress.overall;
    if (progress.status === 'running') {
      this.running.set(progress.id, progress);
      const interval = this.stream.isTTY ? redrawMilliseconds : plainMilliseconds;
      if (this.now() - this.lastWrite < interval) return;
      this.lastWrite = this.now();
      if (this.stream.isTTY) this.redraw();
      else this.stream.write(`${this.liveLines().join('\n')}\n`);
    } else {
      this.running.delete(progress.id);
      // All runs pause at the same step and go on: a line each would say nothing.
      if (progress.status === 'paused') return;
      const line = formatRun(progress);
      const mark = progress.status === 'done' ? this.paint.green('✓') : this.paint.red('✗');
      this.note(`${mark} ${line} (${formatOverall(progress.overall)})`);
    }
  }

  /** Prints a line that stays, above the live ones. */
  note(message: string): void {
    this.erase();
    this.stream.write(`${message}\n`);
    if (this.stream.isTTY && this.running.size > 0) this.redraw();
  }

  /** Takes the live lines away. */
  close(): void {
    this.erase();
    this.running.clear();
  }

  private redraw(): void {
    const lines = this.liveLines();
    const up = this.drawn > 0 ? `\x1b[${this.drawn}A` : '';
    this.stream.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[0J`);
    this.drawn = lines.length;
  }

  private erase(): void {
    if (this.drawn > 0) this.stream.write(`\x1b[${this.drawn}A\x1b[0J`);
    this.drawn = 0;
  }

  private liveLines(): string[] {
    const idWidth = Math.max(0, ...[...this.running.keys()].map((id) => id.length));
    const shown = [...this.running.values()].slice(0, mostLines);
    const lines = shown.map((run) => this.fit(formatRun(run, idWidth)));
    const more = this.running.size - shown.length;
    if (more > 0) lines.push(`and ${more} more`);
    return this.overall === undefined
      ? lines
      : [...lines, this.paint.bold(this.fit(formatOverall(this.overall)))];
  }

  /** A line that wraps would break the count of lines to go up. */
  private fit(line: string): string {
    const { isTTY, columns } = this.stream;
    return isTTY && columns !== undefined ? line.slice(0, Math.max(1, columns - 1)) : line;
  }
}
