/** MosaicML Streaming, as LLM Foundry's training files hold it: streams with the proportion of each, in YAML. */
import { stringify } from 'yaml';
import { type Exported, pathTokens, phaseFile, phaseNotes, tokenizerNote } from './format.js';
import type { TokenPlan } from './plan.js';

/** Proportions are of samples, which are of tokens where every sample is a full window. */
export function toMosaicml(plan: TokenPlan): Exported {
  const { contextTokens } = plan;
  return {
    files: plan.phases.map((phase, i) => {
      const streams = Object.fromEntries(
        pathTokens(plan, phase).map(({ name, path, tokens }) => [
          name,
          { ...placeOf(name, path), proportion: tokens / phase.tokens },
        ]),
      );
      const size = contextTokens === undefined ? {} : { epoch_size: phase.tokens / contextTokens };
      const text = stringify({ train_loader: { dataset: { streams, ...size } } }, { lineWidth: 0 });
      return { name: phaseFile(plan, i, 'streams', 'yaml'), text };
    }),
    notes: [
      tokenizerNote,
      'A proportion counts samples: it is a share of tokens only where every sample is a full window (tokenized and concatenated).',
      ...(contextTokens === undefined
        ? [
            'Give `--context` to have `epoch_size`, the samples of the run, written too: without it an epoch is as long as all streams together.',
          ]
        : []),
      ...phaseNotes(plan),
    ],
  };
}

/**
 * A remote stream is kept in a folder of its own: in a temporary one, as without `local`, the run of the next phase and a
 * run that goes on would find the files of the run before, and refuse to start.
 */
function placeOf(name: string, path: string): { local: string; remote?: string } {
  const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  return isRemote ? { remote: path, local: `streams/${name.replace(/[^\w.-]/g, '_')}` } : { local: path };
}
