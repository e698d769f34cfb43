/** All latencies of a stream, in ms: kept one by one, so that a percentile is exact. */
export class Latencies {
  #values = new Float64Array(1 << 16);
  #count = 0;

  add(milliseconds: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = milliseconds;
  }

  percentiles(...shares: readonly number[]): number[] {
    const sorted = this.#values.slice(0, this.#count).sort();
    return shares.map((share) => sorted[Math.min(this.#count - 1, Math.floor(this.#count * share))] ?? 0);
  }
}
