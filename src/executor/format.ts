/** Progress in words: pure functions from numbers to text. */
import { shortCount } from '../amounts.js';
import type { RunProgress } from './overall.js';

/** `45 s`, `3 min`, `2 h 5 min`, `3 d 4 h`: rounded up to what a person waits for. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `all-s0-1a2b3c4d  120/400 steps  15.2k tokens/s  loss 3.214  45 s left`. */
export function formatRun(progress: RunProgress, idWidth = 0): string {
  const { id, status, step, steps, tokensPerSecond, lossNats, secondsLeft, reason } = progress;
  const name = id.padEnd(idWidth);
  if (status === 'failed') return `${name}  failed: ${reason ?? 'unknown reason'}`;
  const width = `${steps}`.length;
  const parts = [name, `${`${step}`.padStart(width)}/${steps} steps`];
  if (tokensPerSecond > 0) parts.push(`${shortCount(tokensPerSecond)} tokens/s`);
  if (lossNats !== undefined) parts.push(`loss ${lossNats.toFixed(3)}`);
  if (status === 'done') parts.push('done');
  else if (secondsLeft !== undefined) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join('  ');
}

/** `7 of 16 runs, 3 min left`. */
export function formatOverall({ ended, runs, secondsLeft }: RunProgress['overall']): string {
  const left = ended === runs || secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`;
  return `${ended} of ${runs} runs${left}`;
}
