/**
 * Worker thread that holds one tokenizer of the `tokenizers` library, whose calls are asynchronous: the thread that
 * asks sleeps until the answer is there, so that to it they are not.
 */
import { createRequire } from 'node:module';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Tokenizer } from 'tokenizers';

export interface WorkerInput {
  /** What `forLibrary` gave. */
  json: string;
  port: MessagePort;
  /** Int32 [1]: 1 from when an answer lies in the port. */
  signal: Int32Array;
}
export type Question = { text: string } | { ids: number[] };
export type Answer = { ready: true } | { ids: Uint32Array } | { text: string } | { error: string };

const { json, port, signal } = workerData as WorkerInput;

function answer(message: Answer): void {
  port.postMessage(message);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function reply(tokenizer: Tokenizer, question: Question): Promise<Answer> {
  if ('ids' in question) return { text: await tokenizer.decode(question.ids, false) };
  const encoding = await tokenizer.encode(question.text, null, { addSpecialTokens: false });
  return { ids: Uint32Array.from(encoding.getIds()) };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  const library = createRequire(import.meta.url)('tokenizers') as typeof import('tokenizers');
  const tokenizer = library.Tokenizer.fromString(json);
  port.on('message', (question: Question) => {
    reply(tokenizer, question).then(answer, (error: unknown) => answer({ error: describe(error) }));
  });
  answer({ ready: true });
} catch (error) {
  answer({ error: describe(error) });
}
