/** Every signal that there is, for conditions that are checked before anything is measured, and for docs/signals.md. */
import { contaminationColumns } from './contamination/index.js';
import { duplicateColumns } from './duplicates/index.js';
import { perplexityGroup } from './language-model/index.js';
import { languageGroup, qualityGroup, repetitionGroup, type SignalColumn } from './signals/index.js';
import { documentSignals, tokenSignal } from './store/index.js';

export interface SignalFamily {
  title: string;
  columns: readonly SignalColumn[];
}

/** @param languageModels names of the models whose perplexities are signals */
export function signalFamilies(languageModels: readonly string[]): SignalFamily[] {
  const perplexities = languageModels.flatMap(
    (name) => perplexityGroup({ name, path: '', hash: '' }).columns,
  );
  return [
    { title: 'Lengths', columns: [...documentSignals, tokenSignal] },
    { title: 'Repetition, profile `dclm`', columns: repetitionGroup('dclm').columns },
    { title: 'Repetition, profile `datatrove`', columns: repetitionGroup('datatrove').columns },
    { title: 'Repetition, profile `dolma`', columns: repetitionGroup('dolma').columns },
    { title: 'Quality', columns: qualityGroup().columns },
    { title: 'Language', columns: languageGroup().columns },
    { title: 'Duplicates', columns: duplicateColumns },
    { title: 'Contamination', columns: contaminationColumns },
    ...(perplexities.length > 0 ? [{ title: 'Perplexity', columns: perplexities }] : []),
  ];
}
