/** `assay plan study.yaml`: what the study will cost, before any of it is spent. */
import { Command } from 'commander';
import { count, duration, plural } from '../amounts.js';
import type { DataPlan } from '../data-plan.js';
import { loadStudy } from '../load-study.js';
import type { BudgetChoice, Study } from '../records.js';
import type { StudyData } from '../study.js';
import type { SettingPlan, StudyPlan } from '../study-plan.js';
import { applyRunFlags, type RunFlags, runFlags } from './flags.js';
import { printJson } from './output.js';
import { terminalListener } from './progress.js';
import { withInterrupt } from './signals.js';

interface PlanFlags extends RunFlags {
  measure: boolean;
  data?: boolean;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description(
      'Print runs, tokens, FLOPs and the expected time of a study; its data are read only with --data or a budget.',
    )
    .argument('<study>', 'study file, for example study.yaml')
    .option('--data', 'read and measure the sources too, and print what each recipe takes and drops')
    .option('--no-measure', 'do not train a few steps to measure the speed of this machine');
  return runFlags(command).action(async (file: string, flags: PlanFlags) => {
    const { planStudy } = await import('../study-plan.js');
    const asked = applyRunFlags(await loadStudy(file), flags);
    // What a budget buys depends on what the data hold.
    const read =
      flags.data || asked.budget !== undefined ? await readData(asked, flags.quiet ?? false) : undefined;
    const budget = read?.budget;
    // The time of the whole study is told with the budget.
    const measure = flags.measure && budget?.cost.seconds === undefined;
    const plan = await planStudy(read?.study ?? asked, { measure });
    const data = flags.data && read !== undefined ? await planData(read) : undefined;
    if (flags.json) printJson({ ...plan, ...(budget && { budget }), ...(data && { data }) });
    else {
      const parts = [describe(plan), budget && describeBudget(budget), data && describeData(data)];
      process.stdout.write(parts.filter((part) => part !== undefined).join('\n'));
    }
  });
}

function describe(plan: StudyPlan): string {
  const runs = (value: number) => plural(value, 'run');
  const [own, ...others] = plan.settings as [SettingPlan, ...SettingPlan[]];
  const lines = [
    `${plan.study}: ${plural(plan.recipes.length, 'recipe')} × ${plural(plan.seeds, 'seed')} = ${runs(own.runs)}`,
    `  recipes   ${plan.recipes.join(', ')}`,
    `  proxy     ${count(plan.parameters)} parameters, vocabulary ${count(plan.vocabularySize)}`,
    `  a run     ${count(plan.steps)} steps, ${count(plan.tokensPerRun)} tokens`,
    ...othersOf(others).map((line) => `  beside    ${line}`),
    `  in all    ${others.length === 0 ? '' : `${runs(plan.runs)}, `}${count(plan.tokens)} tokens, ${plan.flops.toExponential(2)} FLOPs`,
  ];
  // With PyTorch the GPUs that are there decide.
  if (plan.engine !== 'torch')
    lines.push(`  at once   ${runs(plan.workers)}, ${plural(plan.threads, 'thread')} each`);
  lines.push(...rateLines(plan), ...timeLines(plan));
  const { device, utilisation, hours } = plan.gpu;
  if (hours.fp32 >= 1) {
    const { fp32, tf32, bf16 } = hours;
    lines.push(
      `  on GPUs   about ${gpuHours(fp32)} GPU-hours in fp32, ${gpuHours(tf32)} in TF32, ${gpuHours(bf16)} in bf16`,
      `            (an estimate: ${device} at ${100 * utilisation} % of its peak rates)`,
    );
  }
  if (plan.engine === 'command') lines.push("  time      not known: the study's own trainer sets it");
  if (plan.engine === 'torch')
    lines.push('  time      not measured: PyTorch trains, and the first runs will tell');
  return `${lines.join('\n')}\n`;
}

function rateLines({ searches }: StudyPlan): string[] {
  if (searches === 0) return [];
  const cost = 'short runs that cost about one and a half runs';
  return [
    searches === 1
      ? `  rate      tiny: chosen first, by ${cost}; see assay rate`
      : `  rate      tiny: chosen in ${searches} searches, one a model, each by ${cost}; see assay rate`,
  ];
}

function timeLines({ expected, tooLongToMeasure, notMeasured }: StudyPlan): string[] {
  const lines: string[] = [];
  if (expected !== undefined) {
    const { tokensPerSecondPerRun: speed, seconds } = expected;
    const own = speed === undefined ? '' : `${count(Math.round(speed))} tokens/s a run: `;
    const without = notMeasured.length === 0 ? '' : `, without ${notMeasured.join(', ')}`;
    lines.push(`  measured  ${own}about ${duration(seconds)} of training${without}`);
  }
  if (tooLongToMeasure !== undefined) {
    const two = `two steps would take ${notMeasured.length > 1 ? 'up to' : 'about'} ${duration(tooLongToMeasure)} here`;
    lines.push(`  time      of ${notMeasured.join(', ')} not measured: ${two}`);
  }
  return lines;
}

/** A line for each model in its other settings: `4x96 (target), 3 settings: 48 runs of 2,000,000 tokens`. */
function othersOf(settings: readonly SettingPlan[]): string[] {
  const groups = new Map<string, SettingPlan[]>();
  for (const setting of settings) {
    const key = `${setting.name} (${setting.role})`;
    groups.set(key, [...(groups.get(key) ?? []), setting]);
  }
  return [...groups].map(([name, group]) => {
    const total = group.reduce((sum, { runs }) => sum + runs, 0);
    const sizes = [...new Set(group.map(({ tokensPerRun }) => count(tokensPerRun)))];
    return `${name}, ${plural(group.length, 'setting')}: ${plural(total, 'run')} of ${sizes.join(', ')} tokens`;
  });
}

/** Reads what is not read yet; nothing is trained, but for a few steps where a budget asks for this machine's speed. */
async function readData(study: Study, quiet: boolean): Promise<StudyData> {
  const { prepareData } = await import('../study.js');
  const listener = terminalListener(quiet);
  return withInterrupt((signal) => prepareData(study, { signal, listener })).finally(() => listener.close());
}

async function planData(data: StudyData): Promise<DataPlan> {
  const { dataPlan } = await import('../data-plan.js');
  return dataPlan(data);
}

const describeBudget = ({ reasons }: BudgetChoice): string => `${reasons.join('\n')}\n`;

function describeData({ recipes }: DataPlan): string {
  const lines = recipes.flatMap(({ recipe, sources }) => [
    recipe,
    ...sources.flatMap(({ source, share, documents, tokens, epochs, dropped }) => [
      `  ${source}: ${(100 * share).toFixed(2)} % of a run from ${count(documents)} documents, ${count(tokens)} tokens (${epochs.toFixed(2)} passes)`,
      ...dropped.map(
        (drop) =>
          `    dropped ${count(drop.documents)} documents, ${count(drop.tokens)} tokens: ${drop.reason}`,
      ),
    ]),
  ]);
  return `${lines.join('\n')}\n`;
}

function gpuHours(hours: number): string {
  return count(Number(hours.toPrecision(3)));
}
