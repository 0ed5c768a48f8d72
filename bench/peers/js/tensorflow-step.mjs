/**
 * TensorFlow.js's step as a process: `node --import tsx tensorflow-step.mjs FOLDER`; see ../protocol.ts.
 *
 * GPT-2 as its users would write it, on the WebAssembly backend with SIMD; its threads do not start under Node.js. Two
 * gradients are written by hand, since the backend has no kernel for a gather's, and takes a slow path for products with
 * a transposed factor, which is what its own gradients of a product are.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readSafetensors } from '../../../src/store/index.ts';
import { readTask, serve, taskFolder } from '../serve.ts';

const task = readTask();
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
await tf.setBackend('wasm');

const { batch, context, vocabularySize, optimizer, learningRate } = task;
const { layers, width, heads } = task.config;
const headSize = width / heads;
/** WebAssembly's memory ends at 4 GB: windows are computed so many at once that their logits stay within 64 MB. */
const mostLogits = 16e6;
const microBatch =
  divisorsDown(batch).find((windows) => windows * context * vocabularySize <= mostLogits) ?? 1;
const tokenCount = microBatch * context;

const { tensors } = await readSafetensors(join(taskFolder, 'init.safetensors'));
const weights = Object.fromEntries(
  [...tensors].map(([name, { shape, data }]) => [name, tf.variable(tf.tensor(data, [...shape]), true, name)]),
);
const zeros = () =>
  Object.fromEntries([...tensors].map(([name, { shape }]) => [name, tf.variable(tf.zeros([...shape]))]));
const firsts = zeros();
const seconds = zeros();
const windows = tf.tensor2d(
  new Int32Array(new Uint8Array(readFileSync(join(taskFolder, 'windows.i32'))).buffer),
  [batch, context + 1],
  'int32',
);
/** Tokens and targets of each micro-batch, [tokens]. */
const passes = Array.from({ length: batch / microBatch }, (_, i) => {
  const part = (shift) =>
    tf.slice(windows, [i * microBatch, shift], [microBatch, context]).reshape([tokenCount]);
  return { tokens: part(0), targets: part(1) };
});
let pass = passes[0];
const oneHot = (indices) => tf.oneHot(indices, vocabularySize).toFloat();
const unseen = tf.tensor2d(
  Float32Array.from({ length: context * context }, (_, i) =>
    i % context > Math.floor(i / context) ? -1e30 : 0,
  ),
  [context, context],
);

function layerNorm(x, name) {
  const { mean, variance } = tf.moments(x, -1, true);
  return x
    .sub(mean)
    .mul(variance.add(1e-5).rsqrt())
    .mul(weights[`${name}.weight`])
    .add(weights[`${name}.bias`]);
}

/** Product of two matrices whose gradients are plain products too. */
const product = tf.customGrad((a, b, save) => {
  save([a, b]);
  const gradFunc = (gradient, [a, b]) => [
    tf.matMul(gradient, b.transpose()),
    tf.matMul(a.transpose(), gradient),
  ];
  return { value: tf.matMul(a, b), gradFunc };
});

/** Rows of the table, [tokens, width]; the gradient is a product with the one-hot tokens. */
const embed = tf.customGrad((table, save) => {
  save([]);
  const gradFunc = (gradient) => tf.matMul(oneHot(pass.tokens).transpose(), gradient);
  return { value: tf.gather(table, pass.tokens), gradFunc };
});

const linear = (x, name) => product(x, weights[`${name}.weight`]).add(weights[`${name}.bias`]);

/** x·(1 + tanh(√(2/π)(x + 0.044715x³))) / 2. */
function gelu(x) {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** Causal; joint [tokens, 3·width]. */
function attention(joint) {
  const [query, key, value] = tf
    .split(joint, 3, 1)
    .map((part) => part.reshape([microBatch, context, heads, headSize]).transpose([0, 2, 1, 3]));
  const scores = tf
    .matMul(query, key, false, true)
    .mul(1 / Math.sqrt(headSize))
    .add(unseen);
  const attended = tf.matMul(tf.softmax(scores), value); // [batch, heads, context, headSize]
  return attended.transpose([0, 2, 1, 3]).reshape([tokenCount, width]);
}

/** Mean cross-entropy. */
function lossOf() {
  const table = weights['transformer.wte.weight'];
  const positions = tf.tile(weights['transformer.wpe.weight'], [microBatch, 1]);
  let x = embed(table).add(positions); // [tokens, width]
  for (let layer = 0; layer < layers; layer++) {
    const name = `transformer.h.${layer}`;
    const joint = linear(layerNorm(x, `${name}.ln_1`), `${name}.attn.c_attn`);
    x = x.add(linear(attention(joint), `${name}.attn.c_proj`));
    const hidden = gelu(linear(layerNorm(x, `${name}.ln_2`), `${name}.mlp.c_fc`));
    x = x.add(linear(hidden, `${name}.mlp.c_proj`));
  }
  const logits = product(layerNorm(x, 'transformer.ln_f'), table.transpose()); // [tokens, vocabulary]
  return tf.losses.softmaxCrossEntropy(oneHot(pass.targets), logits);
}

function update(gradients, stepsDone) {
  const { beta1, beta2, epsilon, gradientClip, weightDecay } = optimizer;
  const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => gradient.square().sum())));
  const factor = tf.minimum(tf.div(gradientClip, norm), 1);
  for (const [name, weight] of Object.entries(weights)) {
    const clipped = gradients[name].mul(factor);
    firsts[name].assign(firsts[name].mul(beta1).add(clipped.mul(1 - beta1)));
    seconds[name].assign(seconds[name].mul(beta2).add(clipped.square().mul(1 - beta2)));
    const first = firsts[name].div(1 - beta1 ** stepsDone);
    const root = seconds[name].div(1 - beta2 ** stepsDone).sqrt();
    const decay = weight.rank > 1 ? 1 - learningRate * weightDecay : 1;
    weight.assign(weight.mul(decay).sub(first.div(root.add(epsilon)).mul(learningRate)));
  }
}

let steps = 0;

async function step() {
  steps += 1;
  return tf.tidy(() => {
    const [first, ...others] = passes.map(gradientsOf);
    for (const { value, grads } of others) {
      first.value = add(first.value, value);
      for (const name of Object.keys(grads)) first.grads[name] = add(first.grads[name], grads[name]);
    }
    const mean = (sum) => (passes.length === 1 ? sum : sum.div(passes.length));
    update(Object.fromEntries(Object.entries(first.grads).map(([name, sum]) => [name, mean(sum)])), steps);
    return mean(first.value).dataSync()[0];
  });
}

/** Mean loss of one micro-batch, and its gradients; nothing else stays in memory. */
function gradientsOf(each) {
  pass = each;
  return tf.tidy(() => tf.variableGrads(lossOf, Object.values(weights)));
}

function add(a, b) {
  const sum = a.add(b);
  tf.dispose([a, b]);
  return sum;
}

function divisorsDown(count) {
  return Array.from({ length: count }, (_, i) => count - i).filter((divisor) => count % divisor === 0);
}

await serve(step, { threads: wasm.getThreadsCount(), microBatch });
process.exit();
