/** Which mixture of domains to train on, and at which stage: losses of small runs to weights or a schedule. */
export { type MixtureRuns, readMixtureRuns } from './fit/mixture-runs.js';
export { readTable, type Table } from './fit/tables.js';
export { type GbdtOptions, gbdt, gbdtDefaults, gbdtWith } from './regressors/gbdt.js';
export type {
  FitOptions,
  FittedJson,
  FittedRegressor,
  Matrix,
  PredictionWithError,
  Regressor,
} from './regressors/regressor.js';
