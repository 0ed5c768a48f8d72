/** Compares processes fairly on a machine whose speed drifts: their bursts of steps take turns, and the best counts. */
import { setTimeout } from 'node:timers/promises';
import type { Peer } from './protocol.js';

/** A burst is as many steps as fit into it, at least one. */
const burstSeconds = 3;
/** Threads of ONNX Runtime and OpenMP spin for a while after a step; nobody is measured until they sleep. */
const pauseMilliseconds = 500;
/** Largest difference of losses that counts as the same computation, nats per token. */
const lossTolerance = 1e-3;

/** @returns each peer's best step, seconds */
export async function interleave<Name extends string>(
  peers: ReadonlyMap<Name, Peer>,
  rounds: number,
): Promise<Map<Name, number>> {
  const best = new Map<Name, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, peer] of peers) {
      const steps = Math.ceil(burstSeconds / (best.get(name) ?? burstSeconds));
      await setTimeout(pauseMilliseconds);
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, await peer.burst(steps)));
    }
  }
  return best;
}

/** @throws Error when a peer does not compute what ours does: its time would say nothing */
export function requireSameLosses(ours: Peer, name: string, peer: Peer): void {
  const differences = ours.losses.map((loss, i) => Math.abs(loss - (peer.losses[i] ?? Number.NaN)));
  if (!differences.every((difference) => difference <= lossTolerance)) {
    throw new Error(`${name}: losses [${peer.losses}], expected [${ours.losses}] within ${lossTolerance}`);
  }
}
