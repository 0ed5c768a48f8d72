/** A trainer as a process group: started without a shell, ended as a whole. */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AssayError, ExitCode } from '../../errors.js';
import {
  isGone,
  type ProcessIdentity,
  processIdentity,
  thisProcess,
  writingSync,
} from '../../store/index.js';
import { runFiles } from '../folder.js';
import type { TrainerProgram } from './program.js';

/** What the watchdog says when the trainer is no more. */
export type TrainerEnd =
  | { kind: 'ended'; code: number | null; signal: NodeJS.Signals | null }
  /** The program could not be started. */
  | { kind: 'absent'; reason: string };

export class TrainerProcess {
  /** Of the group's leader; its process id is that of the group. */
  readonly identity: ProcessIdentity;
  /** Settles when the whole group is gone. */
  readonly end: Promise<TrainerEnd>;

  private constructor(private readonly leader: ChildProcess) {
    this.identity = processIdentity(leader.pid!);
    let said: TrainerEnd | undefined;
    leader.on('message', (message: TrainerEnd) => {
      said = message;
    });
    this.end = new Promise((resolve) => {
      leader.on('exit', (code, signal) => {
        // Should the leader alone have been killed.
        signalGroup(this.identity.pid, 'SIGKILL');
        resolve(said ?? { kind: 'ended', code, signal });
      });
    });
  }

  /**
   * Makes the group ready; the trainer itself waits for `start`. The first folder is its working folder, to whose
   * `trainer.log` it prints.
   */
  static prepare(program: TrainerProgram, folders: readonly string[]): TrainerProcess {
    if (process.platform === 'win32') {
      const fix = 'Use Linux or macOS, or `engine: onnx`.';
      throw new AssayError(program.subject, 'needs process groups', { fix, exitCode: ExitCode.system });
    }
    const [cwd] = folders as [string, ...string[]];
    const path = join(cwd, runFiles.log);
    const log = writingSync(path, () => openSync(path, 'a'));
    try {
      const leader = fork(watchdogPath(), program.words(folders), {
        cwd,
        env: { ...process.env, ...program.environment(folders) },
        // A group of its own, which Ctrl-C on the terminal does not reach.
        detached: true,
        // Node's own flags, such as a debugger's, are not passed on.
        execArgv: [],
        stdio: ['ignore', log, log, 'ipc'],
      });
      leader.on('error', () => {});
      if (leader.pid === undefined)
        throw new AssayError(program.subject, 'no process could be started', { exitCode: ExitCode.system });
      return new TrainerProcess(leader);
    } finally {
      closeSync(log);
    }
  }

  start(): void {
    // A failure to send means that the leader is dying; `end` follows.
    this.leader.send('start', () => {});
  }

  /** SIGTERM to the group, and SIGKILL if it is still there after `graceSeconds`. */
  stop(graceSeconds: number): void {
    signalGroup(this.identity.pid, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(this.identity.pid, 'SIGKILL'), graceSeconds * 1000);
    void this.end.then(() => clearTimeout(timer));
  }
}

/**
 * Ends the group of an earlier process, should its watchdog still be at it. Only where the system tells the start times
 * of processes: elsewhere the process id could be another's by now.
 */
export async function endEarlierGroup(leader: ProcessIdentity): Promise<void> {
  if (leader.host !== thisProcess().host || leader.started === '') return;
  while (!isGone(leader)) {
    signalGroup(leader.pid, 'SIGKILL');
    await sleep(10);
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The compiled watchdog: beside this file in a build, in `dist/` when this file runs from its TypeScript source. */
function watchdogPath(): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts')
    ? resolve(dirname(here), '../../../dist/train/programs/watchdog.js')
    : join(dirname(here), 'watchdog.js');
}
