/** How values are spread over buckets; adding one costs a few comparisons and no memory. */
export class Distribution {
  /** The upper bound of each bucket, ascending; one more bucket takes what is beyond the last. */
  readonly bounds: readonly number[];
  /** How many values fell into each bucket, and into no earlier one. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    let bucket = 0;
    while (value > (this.bounds[bucket] ?? Infinity)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}
