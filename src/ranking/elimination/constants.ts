/**
 * What the rule of elimination was frozen at, on the calibration studies of `npm run -s bench:elimination -- calibrate`
 * (bench/elimination/), and judged by on a thousand others. A change here is a new rule: raise `ruleVersion`, so that
 * decisions taken by the old one are not mixed with new ones, and run the bench again.
 */
export const ruleVersion = 1;

/** Shares of training after which recipes may be stopped; 27 % is where arXiv 2512.24503 (D.2.5) finds rankings settled. */
export const rungShares: readonly number[] = [0.2, 0.3, 0.45, 0.65];

/**
 * How far recipes drift apart before anything is known of it: standard deviation over a time in which training gets
 * e times longer, as a share of the spread of recipes at the first rung.
 */
export const priorDrift = 0.2;

/** How many observed drifts, one a recipe and rung, the prior weighs as much as. */
export const priorDegrees = 6;

/** Share of recipes that go their own way, such as one that learns late, and how many times as far they drift. */
export const strayShare = 0.03;
export const strayFactor = 4;

/** Validations from this share of a rung's steps on give the trend at the rung. */
export const trendWindow = 0.5;

/** Deviations from the median beyond this many robust standard deviations are cut when the spread is measured. */
export const spreadCut = 2.5;

/** Draws behind the probabilities of a decision; their standard error is at most 0.011. */
export const draws = 2000;
