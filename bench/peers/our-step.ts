/** This project's step as a process: `tsx bench/peers/our-step.ts FOLDER`; see protocol.ts. */

import { shapeTrainer } from '../shape-trainer.js';
import { modelOf, shapeNamed } from '../shapes.js';
import { readTask, serve } from './serve.js';

const task = readTask();
const shape = shapeNamed(task.name);
const take = await shapeTrainer(shape, modelOf(shape), task);
serve(() => take(1), {});
