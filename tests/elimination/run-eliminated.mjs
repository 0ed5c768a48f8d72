// A study as a process of its own, over the compiled build: run-eliminated.mjs <input as JSON>
import { trainWithElimination } from '../../dist/elimination-run.js';

const options = { workers: 1, checkpointSeconds: 0.05, onStage: (text) => process.stdout.write(`${text}\n`) };
await trainWithElimination(JSON.parse(process.argv[2]), options);
