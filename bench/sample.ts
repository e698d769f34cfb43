/** What is measured. */
export const metrics = {
  rate: { unit: '/s', better: 'more' },
  /** Durable writes that went on beside what is measured. */
  writes: { unit: '/s', better: 'more' },
  p50: { unit: 'ms', better: 'less' },
  p99: { unit: 'ms', better: 'less' },
  /** Processor time of the server: neighbours on the machine disturb it little. */
  cpu: { unit: 'µs/request', better: 'less' },
  start: { unit: 'ms', better: 'less' },
  memory: { unit: 'MiB', better: 'less' },
  /** What an app took while this was measured. */
  forwarded: { unit: '/s', better: 'more' },
  /** Memory in the last third of the time, against that in the second. */
  growth: { unit: '×', better: 'less' },
} as const;

export type Metric = keyof typeof metrics;

/** What one slice measured. */
export type Sample = Readonly<Partial<Record<Metric, number>>>;
