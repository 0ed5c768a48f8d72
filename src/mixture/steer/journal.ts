/**
 * What a controller has answered: one file a stage, written once.
 *
 * A file appears whole under its final name, by a hard link that fails where there is one already: so a killed process
 * leaves an entry or none, and of two processes that answer the same stage one is first and the other reads its answer.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import { hashOf, makeFolder, readingSync, temporaryFor, writingSync } from '../../store/index.js';
import type { SchedulePhase } from '../regmix-d/index.js';
import type { SteerRequest } from './request.js';

/** What the trainer is told: the mixture until the stage's end, and the losses that are expected there. */
export interface SteerAnswer extends SchedulePhase {
  stage: number;
  /** Number of stages. */
  stages: number;
}

export interface SteerEntry extends SteerRequest {
  answer: SteerAnswer;
  /** Hash of the entry before, or of the controller: an entry that was changed does not fit the next one. */
  previous: string;
}

export class SteerJournal {
  /** Entries never change, so each is read once. */
  private readonly read: SteerEntry[] = [];
  private last: string;

  /** @param controllerHash what the first entry follows */
  constructor(
    private readonly folder: string,
    controllerHash: string,
  ) {
    this.last = controllerHash;
  }

  /** @throws AssayError for entries that are not what this controller wrote */
  entries(): readonly SteerEntry[] {
    for (let path = this.path(); existsSync(path); path = this.path()) {
      const entry = parse(path);
      if (entry?.stage !== this.read.length || entry.previous !== this.last)
        throw new AssayError(path, 'does not follow the entry before it', {
          fix: 'Put the files of the journal back as they were, or make a new controller.',
        });
      this.read.push(entry);
      this.last = hashOf(entry);
    }
    return this.read;
  }

  /** Adds the next entry, on disk when this returns; nothing is added where another process was first. */
  append(request: SteerRequest, answer: SteerAnswer): void {
    makeFolder(this.folder);
    const path = this.path();
    const temporary = temporaryFor(path);
    const entry: SteerEntry = { ...request, answer, previous: this.last };
    writingSync(path, () => {
      try {
        flushed(temporary, 'wx', (file) => writeFileSync(file, `${JSON.stringify(entry)}\n`));
        linkSync(temporary, path);
        flushed(this.folder, 'r');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        rmSync(temporary, { force: true });
      }
    });
  }

  private path(): string {
    return join(this.folder, `${`${this.read.length}`.padStart(4, '0')}.json`);
  }
}

function flushed(path: string, flags: string, write?: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags);
  try {
    write?.(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function parse(path: string): SteerEntry | undefined {
  try {
    return JSON.parse(readingSync(path, () => readFileSync(path, 'utf8'))) as SteerEntry;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
