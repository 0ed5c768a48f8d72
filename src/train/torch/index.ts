/** The PyTorch engine: its Python, and its worker as a trainer. */
export { findTorch, type Gpu, pythonOf, requireTorch, type TorchFound, torchProblem } from './check.js';
export { requireEqualParts } from './equal-parts.js';
export { MeasureProcess, type Payload } from './measure-process.js';
export { engineOfRole, prepareTorch } from './prepare.js';
export { torchProgram } from './program.js';
export { measureStackSize } from './stack-size.js';
