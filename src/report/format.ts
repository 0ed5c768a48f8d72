/** Numbers as text: losses and differences with 4 decimals, a sign on every difference, the rest to 3 digits. */
import { duration as plainDuration, shortCount } from '../amounts.js';
import type { Interval } from '../records.js';

export { count, plural } from '../amounts.js';

/** U+2212, as wide as the plus sign where digits are tabular. */
const minus = '−';
/** Between a number and its unit, so that a line never ends between them; plain writers make it a space. */
const noBreak = '\u00a0';

/** `3.2101`; a number that is not finite is `n/a`. */
export function decimals(value: number, digits = 4): string {
  return Number.isFinite(value) ? value.toFixed(digits).replace('-', minus) : 'n/a';
}

/** `+0.0123`, `−0.0123`; what rounds to zero has no sign. */
export function signed(value: number, digits = 4): string {
  const text = decimals(Math.abs(value), digits);
  if (!/[1-9]/.test(text)) return text;
  return `${value > 0 ? '+' : minus}${text}`;
}

/** `[+0.0010, +0.0246]`. */
export function interval({ low, high }: Interval): string {
  return `[${signed(low)}, ${signed(high)}]`;
}

/** `0.012 ± 0.003`: a value with half of its interval, to the digits that the interval leaves certain. */
export function plusMinus(value: number, { low, high }: Interval): string {
  const half = (high - low) / 2;
  if (!(half > 0)) return decimals(value);
  const leading = Math.floor(Math.log10(half));
  const digits = Math.min(6, Math.max(1, (half / 10 ** leading < 3 ? 1 : 0) - leading));
  return `${decimals(value, digits)} ± ${decimals(half, digits)}`.replaceAll(' ', noBreak);
}

/** `1e-5`, `3e-4`: as learning rates are written. */
export function rateText(rate: number): string {
  const [digits, power] = rate.toExponential(2).split('e');
  return `${Number(digits)}e${Number(power)}`;
}

/** A setting of training as tables and legends name it: `1e-3`, `1.5M` tokens, `19.7`; whole numbers stay whole. */
export function hyperparameterText(name: string, value: number): string {
  if (name === 'learningRate') return rateText(value);
  if (name === 'tokens') return shortCount(value);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
}

/** `34.2 %`. */
export function percent(part: number, digits = 1): string {
  return `${decimals(100 * part, digits)}${noBreak}%`;
}

/** A probability: never a rounded certainty. */
export function probability(value: number): string {
  if (value < 0.001) return `<${noBreak}0.1${noBreak}%`;
  return value > 0.999 ? `>${noBreak}99.9${noBreak}%` : percent(value);
}

/** The same within a sentence: `less than 0.1 %`. */
export function inWords(value: number): string {
  return probability(value).replace(/^[<>]/, (sign) => (sign === '>' ? 'more than' : 'less than'));
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** Three digits and an SI prefix, to be followed by a unit: `1.05 M`, `12.3 T`, `842 `. */
export function metric(exact: number): string {
  if (!Number.isFinite(exact)) return `n/a${noBreak}`;
  const value = Number(exact.toPrecision(3));
  const power = value < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor((Math.log10(value) + 1e-12) / 3));
  const scaled = value / 1000 ** power;
  const digits = scaled >= 100 || (power === 0 && Number.isInteger(value)) ? 0 : scaled >= 10 ? 1 : 2;
  return `${scaled.toFixed(digits)}${noBreak}${prefixes[power]}`;
}

/** A count of things at a glance: `1.05 M tokens`. */
export function about(value: number, noun: string): string {
  return `${metric(value).trimEnd()}${noBreak}${noun}`;
}

/** `4.1 s`, `4 min 12 s`, `3 h 05 min`. */
export function duration(seconds: number): string {
  return plainDuration(seconds).replaceAll(' ', noBreak);
}
