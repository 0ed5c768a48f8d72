/**
 * `Worker` as browsers have it, on Node's threads: jax-js computes on several threads only where there is one.
 * Covers what jax-js uses: a module from a blob, `onmessage`, `onerror`, `postMessage`.
 */
import { resolveObjectURL } from 'node:buffer';
import { Worker as NodeWorker } from 'node:worker_threads';

const prelude = `
  const { parentPort } = require('node:worker_threads');
  globalThis.self = globalThis;
  globalThis.postMessage = (data) => parentPort.postMessage(data);
  parentPort.on('message', (data) => self.onmessage({ data }));
`;

export class BrowserWorker {
  constructor(url) {
    this.started = resolveObjectURL(url)
      .text()
      .then((source) => {
        const worker = new NodeWorker(prelude + source, { eval: true });
        worker.on('message', (data) => this.onmessage?.({ data }));
        worker.on('error', (error) => this.onerror?.(error));
        return worker;
      });
  }

  postMessage(data) {
    this.started.then((worker) => worker.postMessage(data));
  }
}
