/**
 * The leader of a trainer's process group, so that no trainer outlives Assay.
 *
 * It starts the program named by its arguments when told to over its channel, reports how that ended, and ends the whole
 * group with SIGKILL, itself included: when the trainer has ended, so that nothing it started goes on writing, and when
 * the channel closes, which it does whichever way the process at the other end dies.
 */
import { spawn } from 'node:child_process';
import type { TrainerEnd } from './trainer-process.js';

// SIGTERM is meant for the trainer; before there is one, for the group.
process.once('SIGTERM', endGroup);
process.on('disconnect', endGroup);
process.once('message', () => {
  process.on('SIGTERM', () => {});
  process.off('SIGTERM', endGroup);
  const [program, ...words] = process.argv.slice(2);
  const trainer = spawn(program!, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  trainer.on('error', (error: NodeJS.ErrnoException) => report({ kind: 'absent', reason: error.message }));
  trainer.on('exit', (code, signal) => report({ kind: 'ended', code, signal }));
});

function report(end: TrainerEnd): void {
  process.send!(end, endGroup);
}

function endGroup(): void {
  process.kill(-process.pid, 'SIGKILL');
}
