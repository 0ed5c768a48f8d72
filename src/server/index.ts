/** Server: what other programs ask over HTTP. */
export { type RunningServer, type SteerServerOptions, serveSteering } from './steer.js';
export { tokenIn } from './token.js';
