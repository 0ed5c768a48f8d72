/** Processes of the libraries for JavaScript, which are installed here, outside of the project, when first measured. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Peer, startPeer } from './protocol.js';

const folder = join(import.meta.dirname, 'js');
const scripts = { tensorflowJsWasm: 'tensorflow-step.mjs', jaxJsWasm: 'jax-js-step.mjs' };

/** @returns why the libraries cannot be measured here, or undefined */
export async function javascriptMissing(): Promise<string | undefined> {
  const install = join(import.meta.dirname, '..', '..', 'scripts', 'install.mjs');
  try {
    await promisify(execFile)(process.execPath, [install, folder]);
    return undefined;
  } catch (cause) {
    return `npm ci: ${String((cause as { stderr?: string }).stderr || cause).trim()}`;
  }
}

export const startJavascript = (taskFolder: string, library: keyof typeof scripts): Promise<Peer> =>
  startPeer(process.execPath, ['--import', 'tsx', join(folder, scripts[library]), taskFolder]);
