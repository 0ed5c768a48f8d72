/** A process that trains a model on random tokens, and says how fast when it is asked. It ends with its parent. */
import { buildModel } from '../model/index.js';
import { Random } from '../random.js';
import { SpeedTest } from '../train/index.js';
import type { FromSpeedChild, ToSpeedChild } from './machine-speed.js';

let test: SpeedTest | undefined;

process.on('disconnect', () => process.exit());
process.on('message', async (message: ToSpeedChild) => {
  // A failure is an unhandled rejection, which ends this process; the parent says so.
  const answer = await answerTo(message);
  process.send?.(answer, undefined, undefined, () => {});
});

async function answerTo(message: ToSpeedChild): Promise<FromSpeedChild> {
  switch (message.kind) {
    case 'prepare': {
      const { model: config, vocabularySize, shape, threads } = message.request;
      const model = buildModel(config, { vocabularySize, context: shape.context });
      test = await SpeedTest.open(model, shape, threads, Random.fromSeed(0));
      const { user, system } = process.cpuUsage();
      return { kind: 'prepared', cpuSeconds: (user + system) / 1e6 };
    }
    case 'training':
      return { kind: 'speed', speed: await test!.training() };
    case 'validation':
      return { kind: 'speed', speed: await test!.validation() };
    default:
      return message satisfies never;
  }
}
