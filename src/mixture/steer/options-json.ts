/** Options of a schedule as JSON: amounts by name in the place of maps and arrays. */
import { named, type ScheduleOptions, type StageModel } from '../regmix-d/index.js';

type Amounts = Record<string, number>;
type ByName = 'objective' | 'minimumShares' | 'maximumShares' | 'supplyTokens';

export type ScheduleOptionsJson = Omit<ScheduleOptions, ByName | 'prior'> &
  Partial<Record<ByName, Amounts>> & { prior: Amounts };

export function optionsToJson(options: ScheduleOptions, { domains }: StageModel): ScheduleOptionsJson {
  const { objective, prior, minimumShares, maximumShares, supplyTokens, ...rest } = options;
  return {
    ...rest,
    objective: Object.fromEntries(objective),
    prior: named(domains, prior),
    ...(minimumShares && { minimumShares: Object.fromEntries(minimumShares) }),
    ...(maximumShares && { maximumShares: Object.fromEntries(maximumShares) }),
    ...(supplyTokens && { supplyTokens: Object.fromEntries(supplyTokens) }),
  };
}

export function optionsFromJson(json: ScheduleOptionsJson, domains: readonly string[]): ScheduleOptions {
  const { objective = {}, prior, minimumShares, maximumShares, supplyTokens, ...rest } = json;
  return {
    ...rest,
    objective: new Map(Object.entries(objective)),
    // Not in the order of its keys: an object moves names that look like numbers to the front.
    prior: Float64Array.from(domains, (domain) => prior[domain]!),
    ...(minimumShares && { minimumShares: new Map(Object.entries(minimumShares)) }),
    ...(maximumShares && { maximumShares: new Map(Object.entries(maximumShares)) }),
    ...(supplyTokens && { supplyTokens: new Map(Object.entries(supplyTokens)) }),
  };
}
