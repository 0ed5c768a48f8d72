/** Compiling what a trainer runs: the forward graph for validation, and the step (see step-graph.ts for its two ways). */
import { CompiledGraph, eliminateDeadCode, type Graph } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { TrainerOptions } from '../engine.js';
import { accumulateGraph, stepGraph, updateGraph } from './step-graph.js';

export interface TrainerGraphs {
  forward: CompiledGraph;
  step: { whole: CompiledGraph } | { accumulate: CompiledGraph; update: CompiledGraph };
}

export async function compileGraphs(
  model: Model,
  { batch, microBatch, threads, optimizer }: TrainerOptions,
): Promise<TrainerGraphs> {
  const compile = (graph: Graph): Promise<CompiledGraph> => CompiledGraph.compile(graph, { threads });
  return {
    forward: await compile(eliminateDeadCode(model.forward(microBatch), ['tokenLosses'])),
    step:
      microBatch === batch
        ? { whole: await compile(stepGraph(model, batch, optimizer)) }
        : {
            accumulate: await compile(accumulateGraph(model, microBatch)),
            update: await compile(updateGraph(model, optimizer)),
          },
  };
}
