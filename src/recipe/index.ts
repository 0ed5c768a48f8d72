/** Recipe: shares to whole windows, documents to an order, both to the plan of a run. */
export { availableTokens, type DocumentOrder, orderKey, writeOrder } from './order.js';
export { type PlanInput, realisedShares, writePlan } from './plan.js';
export { openPlan, type PlanReader } from './reader.js';
export { type AvailableTokens, resolveRecipes } from './resolve.js';
