/** Recipe: shares to whole windows, documents to an order, both to the plan of a run. */

export type { Dropped, SelectableSource, Selection } from './drop-counts.js';
export { mostWindows } from './most-windows.js';
export { type DocumentOrder, orderKey, writeOrder, writeOrders } from './order.js';
export { type OrderInput, orderRecipes } from './order-recipes.js';
export { type Plan, readPlan } from './phases.js';
export {
  interleaving,
  makePhase,
  type PhaseChoice,
  type PlanInput,
  realisedShares,
  writePhase,
  writePlan,
  writeSupply,
} from './plan.js';
export { openPlan, type PlanReader } from './reader.js';
export { type AvailableTokens, resolveRecipes } from './resolve.js';
export { selectDocuments } from './select.js';
export { type Selections, selectForRecipes } from './select-recipes.js';
export { apportion } from './shares.js';
