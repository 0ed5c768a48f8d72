/** What a study tells while it runs, on stderr. */
import { ProgressDisplay } from '../executor/index.js';
import { type StudyListener, silentListener } from '../study-listener.js';
import { stderrColors } from './output.js';

/** Malformed rows shown for each source; the rest are counted in its store and in the report. */
const malformedShown = 5;

export interface TerminalListener extends StudyListener {
  /** Takes the live lines away, so that what follows starts on a clean line. */
  close(): void;
}

export function terminalListener(quiet: boolean): TerminalListener {
  if (quiet) return { ...silentListener, close() {} };
  const display = new ProgressDisplay();
  const shown = new Map<string, number>();
  return {
    stage: (message) => display.note(message),
    notice: (message) => display.note(`${stderrColors.yellow('note')} ${message}`),
    malformed(source, { origin, reason }) {
      const count = (shown.get(source) ?? 0) + 1;
      shown.set(source, count);
      if (count > malformedShown) return;
      const more = count === malformedShown ? ' (further ones of this source are counted, not shown)' : '';
      display.note(`${stderrColors.yellow('skipped')} ${origin}: ${reason}${more}`);
    },
    training: (progress) => display.update(progress),
    close: () => display.close(),
  };
}
