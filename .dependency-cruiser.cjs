/** The stage order of the journey: a stage imports shared ground and earlier stages only, through their index. */
const shared = ['records', 'errors', 'random', 'suggest', 'presets', 'store', 'amounts', 'model-name', 'pick', 'map-values'];
const stages = ['schema', 'corpus', 'tokens', 'validation', 'recipe', 'model', 'train', 'rate', 'ranking', 'imports', 'mixture', 'report', 'executor', 'budget'];
/** Libraries inside the project: they know no stage. */
const libraries = ['graph', 'stats', 'conditions', 'simulate'];
/** Libraries that build on another one. */
const beneath = { simulate: ['stats'] };

const folder = (names) => `^src/(${names.join('|')})(/|\\.ts$)`;

module.exports = {
  forbidden: [
    ...stages.map((stage, i) => ({
      name: `${stage}-imports-earlier-stages-only`,
      severity: 'error',
      from: { path: folder([stage]) },
      to: { path: '^src/', pathNot: folder([...shared, ...libraries, ...stages.slice(0, i + 1)]) },
    })),
    ...libraries.map((library) => ({
      name: `${library}-imports-no-stage`,
      severity: 'error',
      from: { path: folder([library]) },
      to: { path: '^src/', pathNot: folder([library, 'errors', 'random', 'suggest', 'store', ...(beneath[library] ?? [])]) },
    })),
    {
      name: 'mixture-knows-runs-only-by-their-losses',
      severity: 'error',
      from: { path: folder(['mixture']) },
      to: { path: '^src/', pathNot: folder([...shared, ...libraries, 'mixture', 'corpus', 'recipe']) },
    },
    {
      name: 'server-answers-for-mixture-only',
      severity: 'error',
      from: { path: folder(['server']) },
      to: { path: '^src/', pathNot: folder([...shared, 'server', 'mixture']) },
    },
    {
      name: 'only-the-command-line-imports-the-server',
      severity: 'error',
      from: { path: '^src/', pathNot: folder(['server', 'cli']) },
      to: { path: folder(['server']) },
    },
    {
      name: 'shared-ground-imports-shared-ground-only',
      severity: 'error',
      from: { path: folder(shared) },
      to: { path: '^src/', pathNot: folder(shared) },
    },
    {
      name: 'only-the-command-line-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-deep-imports-across-folders',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-deep-imports-from-the-root',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
