/** The signal groups that a thread has opened; a language model is loaded once for all sources. */
import type { OpenGroup } from './batch.js';
import { type GroupSpec, signalGroup } from './groups.js';

export class OpenGroups {
  private readonly opened = new Map<string, Promise<OpenGroup>>();

  open(specs: readonly GroupSpec[]): Promise<OpenGroup[]> {
    return Promise.all(specs.map((spec) => this.openOne(spec)));
  }

  private openOne(spec: GroupSpec): Promise<OpenGroup> {
    const key = JSON.stringify(spec);
    let group = this.opened.get(key);
    if (group === undefined) {
      const made = signalGroup(spec);
      group = made.open().then((measure) => ({ group: made, measure }));
      this.opened.set(key, group);
    }
    return group;
  }
}
