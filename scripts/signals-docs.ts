/**
 * Writes docs/signals.md from the columns that the code declares: `npx tsx scripts/signals-docs.ts`.
 *
 * A new group is a new entry of `sections`; a test fails while the page is not what this prints.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contaminationColumns } from '../src/corpus/contamination/contamination.js';
import { duplicateColumns } from '../src/corpus/duplicates/columns.js';
import { perplexityGroup } from '../src/corpus/language-model/perplexity-group.js';
import {
  languageGroup,
  qualityGroup,
  repetitionGroup,
  type SignalColumn,
} from '../src/corpus/signals/index.js';
import { documentSignals, tokenSignal } from '../src/corpus/store/document-signals.js';
import { repetitionThresholds } from '../src/presets.js';

interface Section {
  title: string;
  /** What the columns have in common, in a few sentences. */
  text: string;
  columns: readonly SignalColumn[];
}

const sections: Section[] = [
  {
    title: 'Documents and lengths',
    text: 'Known of every document.',
    columns: [...documentSignals, tokenSignal],
  },
  {
    title: 'Repetition',
    text: 'The 13 measurements of Rae et al. 2021 (MassiveText, Table A1), as DCLM-baseline takes them. The profiles `datatrove` and `dolma` take the same measurements with the semantics of those tools, so their numbers differ. Lengths are in code points. A text without a line is null in every column. A length share of a top n-gram can exceed 1 where copies overlap.',
    columns: repetitionGroup('dclm').columns,
  },
  {
    title: 'Repetition, profile datatrove',
    text: 'Equal to datatrove’s own numbers on its own words; its words, tokens of spaCy’s blank English, are followed closely (pieces of more than 400 characters are left whole). An empty text is null.',
    columns: repetitionGroup('datatrove').columns,
  },
  {
    title: 'Repetition, profile dolma',
    text: 'Equal to the dolma toolkit’s own numbers. There are no paragraph measurements. A text without words is null.',
    columns: repetitionGroup('dolma').columns,
  },
  {
    title: 'Quality',
    text: 'Counts that quality rules decide by. Lines are stripped of white space and not blank; lengths are in code points. A share of nothing is null.',
    columns: qualityGroup().columns,
  },
  {
    title: 'Language',
    text: 'Windows of 1,000 characters at the start, in the middle and at the end of the text are detected, and their scores averaged.',
    columns: languageGroup().columns,
  },
  {
    title: 'Near duplicates',
    text: 'From MinHash signatures, over all training sources of the study.',
    columns: duplicateColumns,
  },
  {
    title: 'Contamination',
    text: 'Overlap with what is validated on.',
    columns: contaminationColumns,
  },
  {
    title: 'Perplexity',
    text: 'For each language model, here one of the name `wiki`.',
    columns: perplexityGroup({ name: 'wiki', path: '', hash: '' }).columns,
  },
];

function table(header: string[], rows: string[][]): string {
  const lines = [header, header.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function sectionText({ title, text, columns }: Section): string {
  const rows = columns.map(({ name, type, unit, range, meaning, source }) => [
    `\`${name}\``,
    type,
    unit,
    range,
    meaning,
    source,
  ]);
  return `## ${title}\n\n${text}\n\n${table(['column', 'type', 'unit', 'range', 'meaning', 'source'], rows)}\n`;
}

function thresholdsText(): string {
  const presets = Object.entries(repetitionThresholds);
  const rows = Object.keys(repetitionThresholds.default).map((column) => [
    `\`${column}\``,
    ...presets.map(([, limits]) => limits[column as keyof typeof limits].toFixed(2)),
  ]);
  return `## Limits of the repetition measurements\n\nA document is dropped if any measurement exceeds its limit (arXiv 2512.24503, Tables 2 to 6).\n\n${table(['column', ...presets.map(([name]) => name)], rows)}\n`;
}

export function signalsPage(): string {
  return [
    '# Signals\n',
    'What is measured once about every document, and what `where:` of a recipe may name. This page is written by `scripts/signals-docs.ts` from the columns that the code declares.\n',
    ...sections.map(sectionText),
    thresholdsText(),
  ].join('\n');
}

export const documentedColumns = (): SignalColumn[] => sections.flatMap(({ columns }) => [...columns]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/signals.md', import.meta.url), signalsPage());
}
