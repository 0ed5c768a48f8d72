/** The measured side of protocol.ts for processes in JavaScript. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Task } from './protocol.js';

/** The folder that the process was started with. */
export const taskFolder = process.argv[2] ?? '';

export const readTask = (): Task => JSON.parse(readFileSync(join(taskFolder, 'task.json'), 'utf8'));

/**
 * Takes the steps that are compared, says that it is ready, and then measures as many steps as each line asks for.
 * @param step takes one step and gives its loss, nats per token
 * @param settings what a reader of the results should know about how this process computes
 */
export async function serve(step: () => Promise<number>, settings: Record<string, unknown>): Promise<void> {
  const say = (line: unknown): void => console.log(JSON.stringify(line));
  const losses = [];
  for (let count = 0; count < readTask().comparedSteps; count++) losses.push(await step());
  say({ losses, settings });
  for await (const line of createInterface({ input: process.stdin })) {
    let best = Number.POSITIVE_INFINITY;
    for (let count = 0; count < Number(line); count++) {
      const start = process.hrtime.bigint();
      await step();
      best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
    }
    say({ seconds: best });
  }
}
