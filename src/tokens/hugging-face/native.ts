/** A tokenizer of Hugging Face's `tokenizers` library, asked synchronously through a worker thread. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { AssayError } from '../../errors.js';
import { compiled } from './compiled.js';
import type { Answer, Question, WorkerInput } from './native-worker.js';

/** A text of 64 MiB takes half a minute; a thread that does not answer for this long has died. */
const patienceMilliseconds = 600_000;

export class NativeTokenizer {
  private readonly worker: Worker;
  private readonly port;
  private readonly signal = new Int32Array(new SharedArrayBuffer(4));

  /**
   * @param json what `forLibrary` gave, after `checkInChild` has found it harmless
   * @throws AssayError when the library refuses it
   */
  constructor(
    private readonly path: string,
    json: string,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const input: WorkerInput = { json, port: port2, signal: this.signal };
    this.worker = new Worker(compiled('native-worker.js'), {
      workerData: input,
      transferList: [port2],
      execArgv: [],
    });
    // An idle tokenizer keeps no process alive.
    this.worker.unref();
    port1.unref();
    this.receive();
  }

  encode(text: string): Uint32Array {
    const answer = this.ask({ text });
    return 'ids' in answer ? answer.ids : this.refuse();
  }

  decode(ids: number[]): string {
    const answer = this.ask({ ids });
    return 'text' in answer ? answer.text : this.refuse();
  }

  dispose(): void {
    this.port.close();
    void this.worker.terminate();
  }

  private ask(question: Question): Answer {
    this.port.postMessage(question);
    return this.receive();
  }

  private receive(): Answer {
    Atomics.wait(this.signal, 0, 0, patienceMilliseconds);
    Atomics.store(this.signal, 0, 0);
    const answer = receiveMessageOnPort(this.port)?.message as Answer | undefined;
    if (answer === undefined || 'error' in answer) return this.refuse(answer?.error);
    return answer;
  }

  private refuse(got = 'no answer'): never {
    throw new AssayError(this.path, 'refused by Hugging Face tokenizers', { got });
  }
}
