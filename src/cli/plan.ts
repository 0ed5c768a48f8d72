/** `assay plan study.yaml`: what the study will cost, before any of it is spent. */
import { Command } from 'commander';
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
  const count = (value: number) => value.toLocaleString('en');
  const runs = (value: number) => `${value} run${value === 1 ? '' : 's'}`;
  const [own, ...others] = plan.settings as [SettingPlan, ...SettingPlan[]];
  const lines = [
    `${plan.study}: ${plan.recipes.length} recipes × ${plan.seeds} seeds = ${runs(own.runs)}`,
    `  recipes   ${plan.recipes.join(', ')}`,
    `  proxy     ${count(plan.parameters)} parameters, vocabulary ${count(plan.vocabularySize)}`,
    `  a run     ${count(plan.steps)} steps, ${count(plan.tokensPerRun)} tokens`,
    ...othersOf(others).map((line) => `  beside    ${line}`),
    `  in all    ${others.length === 0 ? '' : `${runs(plan.runs)}, `}${count(plan.tokens)} tokens, ${plan.flops.toExponential(2)} FLOPs`,
    `  at once   ${runs(plan.workers)}, ${plan.threads} thread${plan.threads === 1 ? '' : 's'} each`,
  ];
  if (plan.learningRate === 'tiny')
    lines.push(
      '  rate      tiny: chosen first, by short runs that cost about one and a half runs; see assay rate',
    );
  if (plan.expected) {
    const { tokensPerSecondPerRun, seconds } = plan.expected;
    const speed = `${count(Math.round(tokensPerSecondPerRun))} tokens/s a run`;
    lines.push(`  measured  ${speed}: about ${duration(seconds)} of training`);
  }
  if (plan.tooLongToMeasure !== undefined)
    lines.push(
      `  time      not measured: two steps would take about ${duration(plan.tooLongToMeasure)} here`,
    );
  const { device, utilisation, hours } = plan.gpu;
  if (hours.fp32 >= 1) {
    const { fp32, tf32, bf16 } = hours;
    lines.push(
      `  on GPUs   about ${gpuHours(fp32)} GPU-hours in fp32, ${gpuHours(tf32)} in TF32, ${gpuHours(bf16)} in bf16`,
      `            (an estimate: ${device} at ${100 * utilisation} % of its peak rates)`,
    );
  }
  if (plan.engine === 'command') lines.push("  time      not known: the study's own trainer sets it");
  return `${lines.join('\n')}\n`;
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
    const sizes = [...new Set(group.map(({ tokensPerRun }) => tokensPerRun.toLocaleString('en')))];
    return `${name}, ${group.length} setting${group.length === 1 ? '' : 's'}: ${total} runs of ${sizes.join(', ')} tokens`;
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
  const count = (value: number) => value.toLocaleString('en');
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
  return Number(hours.toPrecision(3)).toLocaleString('en');
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
