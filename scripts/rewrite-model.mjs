/** Reads a Hugging Face folder and writes it again: `node scripts/rewrite-model.mjs FROM TO`. For check-export.py. */
import { readHuggingFace, writeHuggingFace } from '../dist/model/index.js';

const [from, to] = process.argv.slice(2);
const { model, parameters } = await readHuggingFace(from);
await writeHuggingFace(to, model, parameters);
