/** Which mixture of domains to train on, and at which stage: losses of small runs to weights or a schedule. */
export type {
  FitOptions,
  FittedJson,
  FittedRegressor,
  Matrix,
  PredictionWithError,
  Regressor,
} from './regressors/regressor.js';
