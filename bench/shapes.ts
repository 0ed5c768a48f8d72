/** The training steps that the benchmarks measure: two small ones, and the proxies that users train. */
import { buildModel, type Model, type ModelSizes, presets } from '../src/model/index.js';
import type { ModelConfig } from '../src/records.js';
import { resolveMicroBatch } from '../src/train/index.js';

export interface Shape extends ModelSizes {
  name: string;
  config: ModelConfig;
  /** Windows of a step. */
  batch: number;
  /** Windows of a pass where the shape fixes it; otherwise a run chooses. */
  microBatch?: number;
  /** Windows of a step that is measured in one pass. */
  onePass: number;
  /** Steps to measure; the best counts. */
  steps: number;
}

const gpt2 = (layers: number, width: number): ModelConfig => ({
  family: 'gpt2',
  layers,
  width,
  heads: 4,
  mlpWidth: 4 * width,
});
const gpt2Small = presets['gpt2-small'];
const tinyllama = presets['tinyllama-1m'];

export const shapes: readonly Shape[] = [
  {
    name: '4x256',
    config: gpt2(4, 256),
    vocabularySize: 8192,
    context: 256,
    batch: 16,
    onePass: 16,
    steps: 48,
  },
  {
    name: '2x64',
    config: gpt2(2, 64),
    vocabularySize: 4096,
    context: 128,
    batch: 32,
    onePass: 32,
    steps: 400,
  },
  {
    name: 'gpt2-small-256',
    config: gpt2Small.config,
    vocabularySize: gpt2Small.sizes.vocabularySize,
    context: 256,
    batch: 16,
    microBatch: 2,
    onePass: 2,
    steps: 3,
  },
  {
    name: 'gpt2-small-1024',
    config: gpt2Small.config,
    vocabularySize: gpt2Small.sizes.vocabularySize,
    context: 1024,
    batch: 4,
    microBatch: 1,
    onePass: 1,
    steps: 3,
  },
  {
    name: 'tinyllama-1m-512',
    config: tinyllama.config,
    vocabularySize: tinyllama.sizes.vocabularySize,
    context: 512,
    batch: 16,
    onePass: 16,
    steps: 6,
  },
];

/** @throws Error for a name that is none of `shapes` */
export function shapeNamed(name: string | undefined): Shape {
  const shape = shapes.find((candidate) => candidate.name === name);
  if (shape === undefined) throw new Error(`shape: expected one of ${names()}, got ${name}`);
  return shape;
}

/** The shapes of `--shape NAME`, or all. */
export function chosenShapes(argv: readonly string[]): readonly Shape[] {
  const at = argv.indexOf('--shape');
  return at < 0 ? shapes : [shapeNamed(argv[at + 1])];
}

export const modelOf = ({ config, vocabularySize, context }: Shape): Model =>
  buildModel(config, { vocabularySize, context });

/** Windows of a pass, as a run of this shape has them. */
export const microBatchOf = (shape: Shape, model: Model): number => resolveMicroBatch(model, shape);

const names = (): string => shapes.map(({ name }) => name).join(', ');
