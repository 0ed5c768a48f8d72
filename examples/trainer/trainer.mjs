/**
 * A trainer in one file, to copy from: `engine: { command: [node, ./trainer.mjs] }` in a study.
 *
 * It trains a bigram model by counting: P(b after a) = (count(a, b) + κ · P(b)) / (count(a) + κ), where P(b) is the
 * smoothed share of b among all tokens so far. No gradients, so the model, rates and optimizer of the study are not used;
 * the windows, their order and the validation are. Counts lie in one table, so it is for vocabularies up to some thousands.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as otherEvents } from 'node:timers/promises';

const folder = process.argv[2];
const readJson = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const { vocabularySize, context, batch, steps, evaluateEvery, hash } = readJson('run.json');
const evaluation = readJson('evaluation/evaluation.json');

// ── The windows to train on ─────────────────────────────────────────────────────────────────────────────────

/** A file of little-endian unsigned integers. */
function readIntegers(path, bytes) {
  const { buffer, byteOffset, length } = readFileSync(join(folder, path));
  const own = buffer.slice(byteOffset, byteOffset + length);
  return { 2: () => new Uint16Array(own), 4: () => new Uint32Array(own), 8: () => new BigUint64Array(own) }[
    bytes
  ]();
}

/** A source's documents in their order, joined: [tokens]. */
function readStream({ order, tokens, tokenBytes }) {
  // One file, or several that count as joined.
  const files = [tokens].flat().map((file) => readIntegers(file.path ?? file, tokenBytes));
  const all = files.length === 1 ? files[0] : Uint32Array.from(files.flatMap((part) => [...part]));
  const pairs = readIntegers(order, 8); // (first token, number of tokens) a document
  const documents = [];
  for (let i = 0; i < pairs.length; i += 2)
    documents.push(all.subarray(Number(pairs[i]), Number(pairs[i] + pairs[i + 1])));
  const stream = new Uint32Array(documents.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const document of documents) {
    stream.set(document, at);
    at += document.length;
  }
  return stream;
}

// All phases as one: the sources of any of them, and for each window of the run an index into these.
const sources = [];
const sequence = [];
for (let k = 0; existsSync(join(folder, `plan/phase-${k}.json`)); k++) {
  const phase = readJson(`plan/phase-${k}.json`);
  const indices = phase.sources.map((own) => {
    const known = sources.findIndex(({ source }) => source === own.source);
    return known < 0 ? sources.push(own) - 1 : known;
  });
  for (const own of readFileSync(join(folder, `plan/phase-${k}.bin`))) sequence.push(indices[own]);
}
const streams = sources.map(readStream);
const given = streams.map(() => 0); // windows of each, counted through all phases

/** The next window of the plan: context + 1 tokens. */
function nextWindow(index) {
  const source = sequence[index];
  const windows = Math.floor(streams[source].length / (context + 1));
  const start = (given[source]++ % windows) * (context + 1);
  return streams[source].subarray(start, start + context + 1);
}

// ── The model ───────────────────────────────────────────────────────────────────────────────────────────────

const smoothing = 32; // κ
/** [steps done, pairs: vocabulary × vocabulary, firsts: vocabulary, singles: vocabulary]: all of the state. */
const state = new Uint32Array(1 + vocabularySize * (vocabularySize + 2));
const pairs = state.subarray(1, 1 + vocabularySize ** 2);
const firsts = state.subarray(1 + vocabularySize ** 2, 1 + vocabularySize * (vocabularySize + 1));
const singles = state.subarray(1 + vocabularySize * (vocabularySize + 1));
let seen = 0;

/** Cross-entropy of token b after token a, in nats. */
function loss(a, b) {
  const single = (singles[b] + 1) / (seen + vocabularySize);
  return -Math.log((pairs[a * vocabularySize + b] + smoothing * single) / (firsts[a] + smoothing));
}

function learn(a, b) {
  pairs[a * vocabularySize + b]++;
  firsts[a]++;
  singles[b]++;
  seen++;
}

// ── Results ─────────────────────────────────────────────────────────────────────────────────────────────────

const metrics = openSync(join(folder, 'metrics.jsonl'), 'a');
const report = (line) => writeSync(metrics, `${JSON.stringify(line)}\n`);

/** Replaces a file as a whole: a kill leaves the old one or the new one. */
function replace(name, data) {
  writeFileSync(join(folder, `${name}.tmp`), data, { flush: true });
  renameSync(join(folder, `${name}.tmp`), join(folder, name));
}

/** The metrics first: they must never lag behind the checkpoint. */
function writeCheckpoint() {
  fsyncSync(metrics);
  replace('counts.bin', Buffer.concat([Buffer.from(hash), Buffer.from(state.buffer)]));
}

function readCheckpoint() {
  if (!existsSync(join(folder, 'counts.bin'))) return;
  const bytes = readFileSync(join(folder, 'counts.bin'));
  if (bytes.toString('latin1', 0, hash.length) !== hash || bytes.length !== hash.length + state.byteLength)
    return;
  bytes.copy(Buffer.from(state.buffer), 0, hash.length);
  seen = singles.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < state[0] * batch; i++) given[sequence[i]]++;
}

/** Losses of every document, in the order of the evaluation; reports those of the domains. */
function validate(step) {
  const domains = {};
  const documents = [];
  for (const { name, file, documents: expected } of evaluation.domains) {
    const tokens = readIntegers(`evaluation/${file}`, 4);
    let at = 1; // the first token is not predicted
    let nats = 0;
    for (const document of expected) {
      let lossSumNats = 0;
      for (const end = at + document.tokens; at < end; at++) lossSumNats += loss(tokens[at - 1], tokens[at]);
      documents.push({ domain: name, id: document.id, lossSumNats });
      nats += lossSumNats;
    }
    domains[name] = { lossNats: nats / (at - 1) };
  }
  report({ kind: 'evaluation', step, domains });
  return documents;
}

// ── The run ─────────────────────────────────────────────────────────────────────────────────────────────────

process.on('SIGTERM', () => {
  writeCheckpoint();
  process.exit(143);
});

readCheckpoint();
if (state[0] === 0) validate(0);
while (state[0] < steps) {
  let nats = 0;
  for (let i = 0; i < batch; i++) {
    const window = nextWindow(state[0] * batch + i);
    for (let t = 0; t < context; t++) {
      nats += loss(window[t], window[t + 1]); // before it is learnt: a loss on text not seen yet
      learn(window[t], window[t + 1]);
    }
  }
  const step = ++state[0];
  report({ kind: 'step', step, lossNats: nats / (batch * context) });
  if (step % evaluateEvery === 0 && step < steps) {
    validate(step);
    writeCheckpoint();
  }
  await otherEvents();
}
const documents = validate(steps);
writeCheckpoint();
writeFileSync(join(folder, 'documents.jsonl'), documents.map((line) => `${JSON.stringify(line)}\n`).join(''));
closeSync(metrics);
replace('done.json', '{"status":"done"}\n');
