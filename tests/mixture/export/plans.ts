/** Plans that the tests export: one phase, and two. */
import { type Phase, planTokens, type Source } from '../../../src/mixture/export/index.js';

export const sources = new Map<string, Source>([
  ['web', { paths: [{ path: 'data/web_text_document' }], tokens: 60e9, bytes: 240e9, documents: 60e6 }],
  [
    'code',
    {
      paths: [
        { path: 's3://corpus/code-a', tokens: 1e9 },
        { path: 's3://corpus/code-b', tokens: 3e9 },
      ],
      tokens: 4e9,
      bytes: 12e9,
      documents: 2e6,
    },
  ],
  ['maths', { paths: [{ path: 'data/maths.bin' }], tokens: 0.5e9, bytes: 1.25e9, documents: 5e6 }],
]);

const first: Phase['mixture'] = new Map([
  ['web', 0.7],
  ['code', 0.2667],
  ['maths', 0.0333],
]);
const last: Phase['mixture'] = new Map([
  ['web', 0],
  ['code', 0.6],
  ['maths', 0.4],
]);

export const onePhase = planTokens({
  phases: [{ share: 1, mixture: first }],
  sources,
  budgetTokens: 25_000_000_001,
  contextTokens: 2048,
});

const phases: Phase[] = [
  { share: 0.9, mixture: first },
  { share: 0.1, mixture: last },
];

export const twoPhases = planTokens({
  phases,
  sources,
  budgetTokens: 10_000_000_007,
});

/** The same switch in whole windows. */
export const twoPhasesOfWindows = planTokens({
  phases,
  sources,
  budgetTokens: 10_000_000_000,
  contextTokens: 2048,
});

/** By the folder of fixtures where the trainers' own parsers have read them. */
export const parsedPlans = { 'one-phase': onePhase, 'two-phases': twoPhasesOfWindows };
