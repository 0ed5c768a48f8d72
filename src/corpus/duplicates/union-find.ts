/** Disjoint sets of the integers 0 … size - 1, joined pair by pair (Tarjan 1975). */
export class UnionFind {
  private readonly parent: Uint32Array;

  constructor(size: number) {
    this.parent = Uint32Array.from({ length: size }, (_, i) => i);
  }

  /** The member that stands for an item's set; which one depends on the order of the joins. */
  root(item: number): number {
    const parent = this.parent;
    let at = item;
    // Path halving: every second item on the way is hung one step higher.
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    const rootA = this.root(a);
    const rootB = this.root(b);
    // The lower one wins: without ranks to keep, and paths stay short by halving alone.
    this.parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }
}
