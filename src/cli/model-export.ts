/** `assay model export RUN DIR`: the trained model of a run for the `transformers` library. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { printJson } from './output.js';

export function modelExportCommand(): Command {
  return new Command('export')
    .description(
      'Write the model of a finished run as a Hugging Face folder, which AutoModelForCausalLM loads.',
    )
    .argument('<run>', 'folder of a finished run, for example results/runs/natural-s0-1a2b3c4d')
    .argument('<folder>', 'folder to write config.json, model.safetensors and tokenizer.json into')
    .option('--json', 'print what was written as JSON on stdout')
    .action(async (run: string, folder: string, flags: { json?: boolean }) => {
      const { countParameters, writeHuggingFace } = await import('../model/index.js');
      const { readFinishedRun } = await import('../train/index.js');
      const { spec, model, parameters, tokenizerFile } = await readFinishedRun(resolve(run));
      await writeHuggingFace(resolve(folder), model, parameters, {
        endOfText: spec.endOfText,
        ...(tokenizerFile === undefined ? {} : { file: tokenizerFile }),
      });
      const written = {
        folder: resolve(folder),
        run: spec.id,
        family: spec.model.family,
        parameters: countParameters(model),
        tokenizer: tokenizerFile !== undefined,
      };
      if (flags.json) return printJson(written);
      const without = written.tokenizer ? '' : ', without a tokenizer: none lies beside the run';
      process.stdout.write(
        `${written.folder}: ${written.family}, ${written.parameters.toLocaleString('en')} parameters${without}\n`,
      );
    });
}
