/** Export: a mixture or a schedule in the trainer's own format. */
import type { Exported } from './format.js';
import { toHfInterleave } from './hf-interleave.js';
import { toJson } from './json.js';
import { toMegatron } from './megatron.js';
import { toMosaicml } from './mosaicml.js';
import { toOlmoCore } from './olmo-core.js';
import type { TokenPlan } from './plan.js';

export { apportion } from './apportion.js';
export { type Exported, type ExportedFile, tokenizerNote } from './format.js';
export {
  type Phase,
  type PlannedDomain,
  type PlannedPhase,
  type PlanOptions,
  planTokens,
  type Source,
  type TokenPlan,
} from './plan.js';

export const exportFormats = ['megatron', 'olmo-core', 'mosaicml', 'hf-interleave', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Every format by its name on the command line. */
export const exporters: Record<ExportFormat, (plan: TokenPlan) => Exported> = {
  megatron: toMegatron,
  'olmo-core': toOlmoCore,
  mosaicml: toMosaicml,
  'hf-interleave': toHfInterleave,
  json: toJson,
};
