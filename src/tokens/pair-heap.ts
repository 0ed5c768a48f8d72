/** A binary heap of pairs of numbers in lexicographic order, smallest first. */
export class PairHeap {
  private readonly primary: number[] = [];
  private readonly secondary: number[] = [];

  get size(): number {
    return this.primary.length;
  }

  push(primary: number, secondary: number): void {
    let at = this.primary.length;
    this.primary.push(primary);
    this.secondary.push(secondary);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.less(at, parent)) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Removes and returns the smallest pair. The heap must not be empty. */
  pop(): [primary: number, secondary: number] {
    const smallest: [number, number] = [this.primary[0]!, this.secondary[0]!];
    const last: [number, number] = [this.primary.pop()!, this.secondary.pop()!];
    if (this.primary.length > 0) {
      [this.primary[0], this.secondary[0]] = last;
      this.sink();
    }
    return smallest;
  }

  private sink(): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.primary.length) return;
      if (child + 1 < this.primary.length && this.less(child + 1, child)) child++;
      if (!this.less(child, at)) return;
      this.swap(child, at);
      at = child;
    }
  }

  private less(a: number, b: number): boolean {
    const order = this.primary[a]! - this.primary[b]!;
    return order < 0 || (order === 0 && this.secondary[a]! < this.secondary[b]!);
  }

  private swap(a: number, b: number): void {
    [this.primary[a], this.primary[b]] = [this.primary[b]!, this.primary[a]!];
    [this.secondary[a], this.secondary[b]] = [this.secondary[b]!, this.secondary[a]!];
  }
}
