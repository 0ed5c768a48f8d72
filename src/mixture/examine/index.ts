/** What fits and proposals are worth: held-out runs, what every domain does, distances, and mixtures side by side. */
export { type ComparedMixture, compareMixture, type NamedPhases } from './compare.js';
export { type Dependence, partialDependence } from './dependence.js';
export { type ExaminedMetric, examineFit, type FitExamination } from './fits.js';
export type { HeldOut } from './held-out.js';
export { type ImportanceOptions, permutationImportance } from './importance.js';
export {
  type MixtureReport,
  type ParetoFront,
  type ProposalReport,
  type ReportInputs,
  reportMixtures,
} from './report.js';
