/** Student's t distribution with real degrees of freedom. */
import { incompleteBeta } from './incomplete-beta.js';
import { logGamma } from './log-gamma.js';
import { normalCdf, normalQuantile } from './normal.js';

/** Above this many degrees of freedom the normal distribution agrees to all printed digits. */
const nearlyNormal = 1e8;

/**
 * P(T ≤ t) with `degrees` > 0 degrees of freedom (need not be whole; ∞ is the normal distribution). NaN outside.
 *
 * @example studentTCdf(2.5705818366147395, 5) // 0.975
 */
export function studentTCdf(t: number, degrees: number): number {
  if (!(degrees > 0) || Number.isNaN(t)) return Number.NaN;
  if (degrees > nearlyNormal) return normalCdf(t);
  const square = t * t;
  const outer = degrees / (degrees + square);
  const inner = square / (degrees + square);
  // Near 0 the tail is large, and 1 minus the middle keeps its digits; further out only the tail itself does.
  const tail =
    square < 1
      ? (1 - incompleteBeta(inner, 0.5, degrees / 2, outer)) / 2
      : incompleteBeta(outer, degrees / 2, 0.5, inner) / 2;
  return t > 0 ? 1 - tail : tail;
}

/**
 * The t with P(T ≤ t) = p, p in (0, 1), `degrees` > 0: the half-width of an interval in standard errors at
 * p = 1 − (1 − confidence) / 2. Newton steps on ln P(T > t), whose curvature keeps them from overshooting. NaN outside.
 *
 * @example studentTQuantile(0.975, 5) // 2.5705818366147395
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1 && degrees > 0)) return Number.NaN;
  if (p < 0.5) return -studentTQuantile(1 - p, degrees);
  if (p === 0.5) return 0;
  if (degrees > nearlyNormal) return normalQuantile(p);
  const target = 1 - p;
  const logDensityAt0 =
    logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI);
  let t = start(p, degrees);
  for (let i = 0; i < 60; i++) {
    const tail = studentTCdf(-t, degrees);
    const density = Math.exp(logDensityAt0 - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees));
    // In ln t the tail is close to a power law for few degrees of freedom, so that steps there are safe.
    const step = (Math.log(tail / target) * tail) / (density * t);
    t *= Math.exp(Math.max(-2, Math.min(2, step)));
    if (Math.abs(step) < 1e-14) break;
  }
  return t;
}

/** Two terms of the expansion around the normal quantile (Abramowitz and Stegun 26.7.5); exact forms below 2.5. */
function start(p: number, degrees: number): number {
  if (degrees < 1.5) return Math.tan(Math.PI * (p - 0.5));
  if (degrees < 2.5) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  const z = normalQuantile(p);
  const square = z * z;
  return (
    z * (1 + (square + 1) / (4 * degrees) + (5 * square * square + 16 * square + 3) / (96 * degrees ** 2))
  );
}
