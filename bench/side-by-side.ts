/**
 * Two processes of one thread each, by turns alone and side by side: what the second one costs the first.
 *
 * A machine's speed drifts by a tenth within a minute, more than what is asked here. So slices of a few seconds take
 * turns: both, the first alone, both, the second alone. Only work that begins and ends within a slice counts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** One unit of work, in milliseconds since 1970. */
interface Unit {
  begin: number;
  end: number;
}

interface Slice extends Unit {
  working: readonly boolean[];
}

const turns: readonly (readonly boolean[])[] = [
  [true, true],
  [true, false],
  [true, true],
  [false, true],
];

export interface SideBySide {
  /** Throughput of two over that of one; 2 when they do not get in each other's way. */
  ratio: number;
  /** Mean milliseconds of a unit of work, of either process. */
  aloneMs: number[];
  togetherMs: number[];
}

/**
 * @param work what bench/one-thread.ts does over and over: a shape's name, or `product`
 * @param options.rounds of four slices
 */
export async function sideBySide(
  work: string,
  options: { rounds: number; sliceSeconds: number },
): Promise<SideBySide> {
  const script = fileURLToPath(new URL('one-thread.ts', import.meta.url));
  const children = [0, 1].map(() => fork(script, [work], { execArgv: ['--import', 'tsx'] }));
  try {
    const units: Unit[][] = [[], []];
    await Promise.all(children.map((child, i) => listen(child, units[i]!)));
    const slices: Slice[] = [];
    for (let round = 0; round < options.rounds; round++)
      for (const working of turns) {
        for (const [i, child] of children.entries()) child.kill(working[i] ? 'SIGCONT' : 'SIGSTOP');
        const begin = Date.now();
        await sleep(options.sliceSeconds * 1000);
        slices.push({ begin, end: Date.now(), working });
      }
    const meanOf = (i: number, together: boolean) =>
      mean(
        slices
          .filter(({ working }) => working[i] && working[1 - i] === together)
          .flatMap((slice) => units[i]!.filter(({ begin, end }) => begin >= slice.begin && end <= slice.end))
          .map(({ begin, end }) => end - begin),
      );
    const aloneMs = [meanOf(0, false), meanOf(1, false)];
    const togetherMs = [meanOf(0, true), meanOf(1, true)];
    return { ratio: aloneMs[0]! / togetherMs[0]! + aloneMs[1]! / togetherMs[1]!, aloneMs, togetherMs };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

/** Keeps what the process tells; resolves after its first unit, rejects when it ends before. */
function listen(child: ChildProcess, units: Unit[]): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (unit: Unit) => {
      units.push(unit);
      resolve();
    });
    child.on('exit', (code, signal) => reject(new Error(`one-thread.ts ended: ${code ?? signal}`)));
  });
}

function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('no unit of work fits into a slice: make slices longer');
  return values.reduce((total, value) => total + value, 0) / values.length;
}
