export { availableTokens, type DocumentOrder, orderKey, writeOrder } from './order.js';
export { type PlanInput, realisedShares, writePlan } from './plan.js';
export { openPlan, type PlanReader } from './reader.js';
export { type AvailableSource, resolveRecipes } from './resolve.js';
