/** Statistics, one a file, in float64. They know no stage of the journey. */
export { type BootstrapOptions, bootstrapSeeds } from './bootstrap.js';
export { cholesky } from './cholesky.js';
export { covariance } from './covariance.js';
export { fisherFTail } from './fisher-f.js';
export { firstReach, interpolate } from './interpolate.js';
export { kendall } from './kendall.js';
export { mean } from './mean.js';
export { normalCdf, normalQuantile } from './normal.js';
export { pairwiseAgreement } from './pairwise-agreement.js';
export { pearson } from './pearson.js';
export { quantile } from './quantile.js';
export { ranks } from './ranks.js';
export { topKRegret } from './regret.js';
export { satterthwaite, type VarianceComponent } from './satterthwaite.js';
export { spearman } from './spearman.js';
export { studentTCdf, studentTQuantile } from './student-t.js';
export { sum } from './sum.js';
export { variance } from './variance.js';
