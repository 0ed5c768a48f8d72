/** `assay plan study.yaml`: what the study will cost, before any of it is spent. */
import { Command } from 'commander';
import { loadStudy } from '../load-study.js';
import type { StudyPlan } from '../study-plan.js';
import { applyRunFlags, type RunFlags, runFlags } from './flags.js';
import { printJson } from './output.js';

interface PlanFlags extends RunFlags {
  measure: boolean;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description('Print runs, tokens, FLOPs and the expected time of a study, without reading its data.')
    .argument('<study>', 'study file, for example study.yaml')
    .option('--no-measure', 'do not train a few steps to measure the speed of this machine');
  return runFlags(command).action(async (file: string, flags: PlanFlags) => {
    const { planStudy } = await import('../study-plan.js');
    const plan = await planStudy(applyRunFlags(await loadStudy(file), flags), { measure: flags.measure });
    if (flags.json) printJson(plan);
    else process.stdout.write(describe(plan));
  });
}

function describe(plan: StudyPlan): string {
  const count = (value: number) => value.toLocaleString('en');
  const runs = (value: number) => `${value} run${value === 1 ? '' : 's'}`;
  const lines = [
    `${plan.study}: ${plan.recipes.length} recipes × ${plan.seeds} seeds = ${plan.runs} runs`,
    `  recipes   ${plan.recipes.join(', ')}`,
    `  proxy     ${count(plan.parameters)} parameters, vocabulary ${count(plan.vocabularySize)}`,
    `  a run     ${count(plan.steps)} steps, ${count(plan.tokensPerRun)} tokens`,
    `  in all    ${count(plan.tokens)} tokens, ${plan.flops.toExponential(2)} FLOPs`,
    `  at once   ${runs(plan.workers)}, ${plan.threads} thread${plan.threads === 1 ? '' : 's'} each`,
  ];
  if (plan.expected) {
    const { tokensPerSecondPerRun, seconds } = plan.expected;
    const speed = `${count(Math.round(tokensPerSecondPerRun))} tokens/s a run`;
    lines.push(`  measured  ${speed}: about ${duration(seconds)} of training`);
  }
  if (plan.engine === 'command') lines.push("  time      not known: the study's own trainer sets it");
  return `${lines.join('\n')}\n`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
