/** Hyperparameters and forms of a Gaussian process, by evidence. */
import type { Random } from '../../../random.js';
import { type CurvaturePair, lbfgs } from '../../linear-algebra/lbfgs.js';
import { takeRows, takeValues } from '../canonical-order.js';
import { type InputName, inputNames } from './inputs.js';
import { type KernelName, kernelNames } from './kernel.js';
import { type GpData, posterior } from './likelihood.js';
import { type GpModel, gpLayout, gpModel, gpStart } from './model.js';
import {
  type FloorDistance,
  floorDistances,
  targetSlopes,
  targetTransform,
  transformTargets,
} from './targets.js';

/** The parts of a process that are chosen from lists. */
export interface GpForm {
  kernel: KernelName;
  input: InputName;
  floor: FloorDistance;
}

export interface Searched {
  form: GpForm;
  hyper: Float64Array;
  /** Where a search of other rows of the same task can go on from. */
  curvature?: Curvature;
}

/** Of the log posterior density of the hyperparameters: it grows with the number of rows. */
interface Curvature {
  rows: number;
  pairs: readonly CurvaturePair[];
}

interface Fitted extends Searched {
  /** Log posterior density of the targets in their own unit, so that forms can be compared. */
  evidence: number;
}

export interface SearchOptions {
  random: Random;
  /** [rows] Known standard deviation of each target. */
  noise?: Float64Array;
  /** Parts of the form that are given; the others are chosen. */
  form?: Partial<GpForm>;
  /** Rows that forms and starting points are compared on; default 160. The hyperparameters then see all rows. */
  compareRows?: number;
  /** Further starting points, drawn around the usual one; default 1. */
  restarts?: number;
}

/**
 * Standard deviations of the normal priors on the logarithms of the hyperparameters, around where the search starts: wide
 * (a factor of 7 either way; 2 for the floors of shares), and they keep domains that hardly matter from running away.
 */
const priorDeviation = { transform: 0.7, others: 2 };

/**
 * When a search ends: its evaluations at most, and the nats that two steps in a row fall short of. A twentieth changes no
 * prediction that anyone could see; half a nat ends searches up to 8 nats below their end, and forms differ by less.
 */
const tolerance = 0.05;
const comparing = { evaluations: 60, tolerance };
const fitting = { evaluations: 40, tolerance };
const adjusting = { evaluations: 12, tolerance };

/** One part of the form at a time, each time keeping what has the highest evidence. */
export function searchGp(
  data: { rows: GpData['rows']; targets: Float64Array },
  options: SearchOptions,
): Searched {
  const { random, noise, form = {}, compareRows = 160, restarts = 1 } = options;
  const order = random.split('rows').shuffle([...Array(data.rows.rows).keys()]);
  const some = order.slice(0, compareRows).sort((a, b) => a - b);
  const subset = {
    rows: takeRows(data.rows, some),
    targets: takeValues(data.targets, some),
    ...(noise && { noise: takeValues(noise, some) }),
  };
  const first: GpForm = { kernel: 'squared-exponential', input: 'log', floor: Infinity, ...form };
  let best = maximise(first, subset, start(first, subset.rows), comparing);
  const offer = (next: Partial<GpForm>, perturb?: Random) => {
    const candidate = { ...best.form, ...next };
    const from = start(candidate, subset.rows, perturb);
    const fitted = maximise(candidate, subset, from, comparing);
    if (fitted.evidence > best.evidence) best = fitted;
  };
  if (form.floor === undefined) for (const floor of floorDistances) if (floor < Infinity) offer({ floor });
  if (form.input === undefined) for (const input of inputNames) if (input !== first.input) offer({ input });
  if (form.kernel === undefined)
    for (const kernel of kernelNames) if (kernel !== first.kernel) offer({ kernel });
  for (let k = 0; k < restarts; k++) offer({}, random.split('start', k));
  return maximise(best.form, { ...data, ...(noise && { noise }) }, best.hyper, fitting, best.curvature);
}

/** Hyperparameters for other rows of the same task, from those that were found for it: fewer steps, no forms compared. */
export function adjustGp(
  { form, hyper, curvature }: Searched,
  data: { rows: GpData['rows']; targets: Float64Array; noise?: Float64Array },
): Searched {
  return maximise(form, data, hyper, adjusting, curvature);
}

function start(form: GpForm, rows: GpData['rows'], perturb?: Random): Float64Array {
  const usual = gpStart(gpModel(rows, form.kernel, form.input));
  return perturb === undefined ? usual : usual.map((value) => value + 0.7 * perturb.normal());
}

function maximise(
  form: GpForm,
  data: { rows: GpData['rows']; targets: Float64Array; noise?: Float64Array },
  from: Float64Array,
  until: { evaluations: number; tolerance: number },
  known?: Curvature,
): Fitted {
  const transform = targetTransform(data.targets, form.floor);
  const slopes = targetSlopes(transform, data.targets);
  const conditioned: GpData = {
    rows: data.rows,
    targets: transformTargets(transform, data.targets),
    ...(data.noise && { variance: data.noise.map((deviation, i) => (deviation * slopes[i]!) ** 2) }),
  };
  const model = gpModel(data.rows, form.kernel, form.input);
  const prior = logPrior(model);
  const rows = data.rows.rows;
  const { point, value, curvature } = lbfgs(
    (hyper, gradient) => {
      gradient.fill(0);
      const fitted = posterior(model, hyper, conditioned, gradient);
      if (fitted === undefined) return Infinity;
      const density = fitted.logLikelihood + prior(hyper, gradient);
      gradient.forEach((slope, at) => {
        gradient[at] = -slope;
      });
      return -density;
    },
    from,
    // With as many pairs as hyperparameters the curvature is known in every direction.
    { ...until, memory: from.length, ...(known && { curvature: scaled(known, rows) }) },
  );
  const jacobian = slopes.reduce((sum, slope) => sum + Math.log(slope), 0);
  return { form, hyper: point, evidence: jacobian - value, curvature: { rows, pairs: curvature } };
}

/** The curvature as it is expected of another number of rows. */
function scaled({ rows, pairs }: Curvature, others: number): CurvaturePair[] {
  const ratio = others / rows;
  return pairs.map(({ step, change, curvature }) => ({
    step,
    change: change.map((value) => ratio * value),
    curvature: ratio * curvature,
  }));
}

/** Log density of the priors relative to that of their mode: forms have different numbers of hyperparameters. */
function logPrior(model: GpModel): (hyper: Float64Array, gradient: Float64Array) => number {
  const centre = gpStart(model);
  const { transform } = gpLayout(model);
  return (hyper, gradient) =>
    hyper.reduce((sum, value, at) => {
      const deviation = at < transform ? priorDeviation.transform : priorDeviation.others;
      const away = (value - centre[at]!) / deviation;
      gradient[at]! -= away / deviation;
      return sum - 0.5 * away * away;
    }, 0);
}
