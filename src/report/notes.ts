/** How far to trust the numbers, in plain words: warnings first, then what was measured and how. */
import type { ModelConfig, Report } from '../records.js';
import { alignmentWarning } from './decision/alignment.js';
import { about, count, decimals, percent, plural } from './format.js';
import { listed, type Prose, prose, user } from './prose.js';
import { kindOf } from './transfer/kind.js';
import { confidence, failedRuns, type Undecided } from './view.js';

const familyNames: Record<ModelConfig['family'], string> = {
  gpt2: 'GPT-2',
  'gpt-neox': 'GPT-NeoX',
  opt: 'OPT',
  llama: 'Llama',
  gemma3: 'Gemma 3',
};

/** What a reader must know before believing the ranking; empty when all is well. */
export function warnings(report: Undecided): Prose[] {
  const { ranking, runs } = report;
  const notes: Prose[] = [];
  const failed = failedRuns(report);
  if (failed.length > 0)
    notes.push(
      prose`${failed.length} of ${plural(runs.length, 'run')} failed (${listed([...new Set(failed.map(({ recipe }) => recipe))])}); the reasons stand with the runs at the end. Only seeds that every ranked recipe finished are counted.`,
    );
  const unfinished = runs.filter(({ status }) => status === 'unfinished');
  if (unfinished.length > 0)
    notes.push(
      prose`${unfinished.length} of ${plural(runs.length, 'run')} ${unfinished.length === 1 ? 'is' : 'are'} not finished (${listed([...new Set(unfinished.map(({ recipe }) => recipe))])}), so this ranking is not the study's yet. Only seeds that every ranked recipe finished are counted.`,
    );
  for (const { recipe, reason } of ranking.failed)
    notes.push(prose`${user(recipe)} has no finished run and is not ranked: ${user(reason)}`);
  if (ranking.seeds === 1 && ranking.recipes.length > 1)
    notes.push([
      'There is one seed, so the intervals cannot show how much another seed would change the ranking: they cover the validation documents only. Two seeds or more are worth their cost.',
    ]);
  notes.push(...unlearned(report), ...alignmentWarning(report));
  const malformed = report.sources.filter((source) => source.malformed > 0);
  if (malformed.length > 0)
    notes.push(
      prose`${plural(
        malformed.reduce((total, source) => total + source.malformed, 0),
        'malformed row',
      )} could not be read and were skipped (${listed(malformed.map(({ source }) => source))}).`,
    );
  return notes;
}

/** A model that is no better than word frequencies on a domain tells recipes apart by these frequencies only. */
function unlearned({ ranking, validation }: Undecided): Prose[] {
  const best = ranking.recipes[0]?.recipe;
  const at = validation.flatMap(({ domain, weight, unigramNats }) => {
    const loss = ranking.domains[domain]?.recipes.find(({ recipe }) => recipe === best)?.lossNats;
    return unigramNats === undefined || loss === undefined || weight === 0
      ? []
      : [{ domain, weight, loss, unigramNats }];
  });
  const total = (of: (entry: (typeof at)[number]) => number): number =>
    at.reduce((sum, entry) => sum + entry.weight * of(entry), 0);
  if (at.length > 0 && total(({ loss, unigramNats }) => loss - unigramNats) >= 0)
    return [
      prose`This ranking is one of word frequencies: even the best recipe's model has a loss of ${decimals(total(({ loss }) => loss))} nats per token, and the frequencies of the training tokens alone give ${decimals(total(({ unigramNats }) => unigramNats))}. Train longer, or at a larger learning rate.`,
    ];
  const behind = at.filter(({ loss, unigramNats }) => loss >= unigramNats);
  if (behind.length === 0) return [];
  return [
    prose`On ${listed(behind.map(({ domain }) => domain))} the best recipe's model has learned no more than word frequencies; the order there says little else.`,
  ];
}

/** What an interval covers and what the study does not say. */
export function method(report: Report): Prose[] {
  const { proxy, ranking } = report;
  const seeds = plural(ranking.seeds, 'seed');
  const covered =
    ranking.seeds === 1
      ? 'the choice of validation documents, not the choice of seed (there is one)'
      : `the choice of seed (${seeds}: initial weights and order of the data) and the choice of validation documents`;
  return [
    prose`Every recipe trains the same model from scratch: ${familyNames[proxy.model.family]} with ${plural(proxy.model.layers, 'layer')}, width ${proxy.model.width}, ${plural(proxy.model.heads, 'head')} and ${about(proxy.parameters, 'parameters')}, on ${about(proxy.tokensPerRun, 'tokens')} a run (${count(proxy.steps)} steps of ${proxy.batch} windows of ${proxy.context} tokens) at a peak learning rate of ${String(proxy.learningRate)}.`,
    ...(proxy.choice === undefined
      ? []
      : [
          prose`The learning rate is tiny on purpose: ${proxy.choice.reasons.join(' ')} The rates of a run's steps add up to ${decimals(proxy.choice.reach, 3)}.`,
        ]),
    prose`The loss is the mean over seeds of the weighted validation loss over domains (${weights(report)}), in nats per token; lower is better. Every run is validated on the same documents.`,
    proxy.order === 'paired'
      ? [
          'Recipes that share documents meet them in the same order and start from the same weights, so differences between recipes are measured pair by pair: much of the noise is common to both and cancels.',
        ]
      : [
          'Every recipe has its own order of documents. Differences are still paired by seed and validation document, but less of the noise is common to both.',
        ],
    prose`A ${confidence(report)} interval covers ${covered}. It does not cover another model size, learning rate, token budget or tokenizer.`,
    prose`Two recipes are a tie when the interval of their own difference holds 0. Two intervals around the mean of all recipes may overlap and the pair may still be settled, because the pair is compared directly.`,
    [`The ranking was measured at one model size and one learning rate. ${carriesOver(report)}`],
  ];
}

/** How far the ranking is known to hold beyond its setting. */
function carriesOver(report: Report): string {
  const kinds = (report.transfer ?? []).map((analysis) => kindOf(analysis, report));
  const hypothesis =
    'That it carries over to a much larger, tuned model is a hypothesis, not a result of this study.';
  if (kinds.length === 0) return hypothesis;
  if (kinds.includes('target'))
    return 'How far it carries over was measured on the targets of this study, and on no others.';
  return kinds.includes('proxy')
    ? `How far it carries over was measured on the other proxies of this study, and on no target. ${hypothesis}`
    : `How far it carries over was measured on other settings of the same model, and on no target. ${hypothesis}`;
}

function weights(report: Report): Prose {
  const entries = Object.entries(report.ranking.weights);
  if (entries.length > 1 && entries.every(([, weight]) => weight === entries[0]![1]))
    return prose`${listed(Object.keys(report.ranking.weights), 8)}, equally weighted`;
  return entries.flatMap(([domain, weight], i) => [i === 0 ? '' : ', ', user(domain), ` ${percent(weight)}`]);
}
