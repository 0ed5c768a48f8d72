/**
 * jax-js's step as a process: `node --import tsx jax-js-step.mjs FOLDER`; see ../protocol.ts.
 *
 * GPT-2 as its users would write it: value and gradient under `jit`, AdamW under `jit`, its WebAssembly backend. It owns
 * what is passed to a function, so an array that is used again is passed as `.ref`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../../../src/store/index.ts';
import { readTask, serve, taskFolder } from '../serve.ts';
import { BrowserWorker } from './browser-worker.mjs';

const task = readTask();
// Both before the library is loaded: it looks at them once.
globalThis.Worker = BrowserWorker;
Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: task.threads } });
const { blockUntilReady, init, jit, nn, numpy: np, valueAndGrad } = await import('@jax-js/jax');
await init('wasm');

const { batch, context, vocabularySize, optimizer } = task;
const { layers, width, heads } = task.config;
const headSize = width / heads;

function layerNorm(x, gain, bias) {
  return nn.standardize(x, -1, { epsilon: 1e-5 }).mul(gain).add(bias);
}

const linear = (x, weight, bias) => np.matmul(x, weight).add(bias);

/** Causal, from joint [batch, context, 3·width]. The library's own attention needs a newer Node.js than 20. */
function attention(joint) {
  const [query, key, value] = np
    .split(joint, 3, -1)
    .map((part) => part.reshape([batch, context, heads, headSize]).transpose([0, 2, 1, 3]));
  const scores = np.matmul(query, key.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(headSize));
  const seen = np.tri(context, context, 0, { dtype: np.bool });
  const probabilities = nn.softmax(np.where(seen, scores, -1e30), -1); // [batch, heads, context, context]
  return np.matmul(probabilities, value).transpose([0, 2, 1, 3]).reshape([batch, context, width]);
}

/** Mean cross-entropy; windows [batch, context + 1]. */
function lossOf(weights, tokens, targets) {
  const weight = (name) => weights[name].ref;
  let x = embed(weight('transformer.wte.weight'), tokens).add(weight('transformer.wpe.weight'));
  for (let layer = 0; layer < layers; layer++) {
    const of = (name) => weight(`transformer.h.${layer}.${name}`);
    const before = layerNorm(x.ref, of('ln_1.weight'), of('ln_1.bias'));
    const joint = linear(before, of('attn.c_attn.weight'), of('attn.c_attn.bias'));
    x = x.add(linear(attention(joint), of('attn.c_proj.weight'), of('attn.c_proj.bias')));
    const inner = layerNorm(x.ref, of('ln_2.weight'), of('ln_2.bias'));
    const hidden = nn.gelu(linear(inner, of('mlp.c_fc.weight'), of('mlp.c_fc.bias')), { approximate: true });
    x = x.add(linear(hidden, of('mlp.c_proj.weight'), of('mlp.c_proj.bias')));
  }
  x = layerNorm(x, weight('transformer.ln_f.weight'), weight('transformer.ln_f.bias'));
  const logits = np.matmul(x, weight('transformer.wte.weight').transpose()); // [batch, context, vocabulary]
  const chosen = np.sum(logits.ref.mul(nn.oneHot(targets, vocabularySize)), -1);
  return np.mean(nn.logsumexp(logits, -1).sub(chosen));
}

function embed(table, tokens) {
  return process.env.ONEHOT ? np.matmul(nn.oneHot(tokens, vocabularySize), table) : table.slice(tokens);
}

const names = [];
const arrays = (values) => Object.fromEntries(names.map((name, i) => [name, values[i]]));
const gradient = jit(valueAndGrad(lossOf));

/** @returns [weights, firsts, seconds], each by name */
const update = jit((weights, gradients, firsts, seconds, rates) => {
  const { beta1, beta2, epsilon, gradientClip, weightDecay } = optimizer;
  const norm = np.sqrt(
    names.map((name) => np.sum(np.square(gradients[name].ref))).reduce((a, b) => a.add(b)),
  );
  const factor = np.minimum(np.reciprocal(norm).mul(gradientClip), 1);
  const [correction1, correction2] = np.split(rates, 2);
  const next = names.map((name) => {
    const decay = weights[name].ndim > 1 ? 1 - task.learningRate * weightDecay : 1;
    const clipped = gradients[name].mul(factor.ref);
    const first = firsts[name].mul(beta1).add(clipped.ref.mul(1 - beta1));
    const second = seconds[name].mul(beta2).add(np.square(clipped).mul(1 - beta2));
    const moved = first.ref.div(correction1.ref).div(np.sqrt(second.ref.div(correction2.ref)).add(epsilon));
    return [weights[name].mul(decay).sub(moved.mul(task.learningRate)), first, second];
  });
  for (const array of [factor, correction1, correction2]) array.dispose();
  return [0, 1, 2].map((part) => arrays(next.map((parts) => parts[part])));
});

const { tensors } = await readSafetensors(join(taskFolder, 'init.safetensors'));
names.push(...tensors.keys());
const fromTensors = (toData) =>
  arrays([...tensors.values()].map(({ shape, data }) => np.array(toData(data)).reshape([...shape])));
let weights = fromTensors((data) => data);
let firsts = fromTensors((data) => new Float32Array(data.length));
let seconds = fromTensors((data) => new Float32Array(data.length));
const windows = new Int32Array(new Uint8Array(readFileSync(join(taskFolder, 'windows.i32'))).buffer);
const part = (shift) =>
  np
    .array(
      Int32Array.from(
        { length: batch * context },
        (_, i) => windows[Math.floor(i / context) * (context + 1) + (i % context) + shift],
      ),
    )
    .reshape([batch, context]);
const tokens = part(0);
const targets = part(1);
let steps = 0;

async function step() {
  steps += 1;
  const references = Object.fromEntries(names.map((name) => [name, weights[name].ref]));
  const [loss, gradients] = gradient(references, tokens.ref, targets.ref);
  const rates = np.array([1 - optimizer.beta1 ** steps, 1 - optimizer.beta2 ** steps]);
  [weights, firsts, seconds] = update(weights, gradients, firsts, seconds, rates);
  await blockUntilReady(weights);
  return (await loss.data())[0];
}

await serve(step, { threads: task.threads, microBatch: batch });
process.exit();
