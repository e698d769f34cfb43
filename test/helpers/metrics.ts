import assert from 'node:assert/strict';
import type { Client } from './client.ts';

/** A line of Prometheus' format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export async function readMetrics(service: Client): Promise<readonly Sample[]> {
  const answer = await service.call('GET', '/metrics');
  assert.equal(answer.status, 200);
  return parseMetrics(answer.text);
}

/** Fails at a line that is none of the format. https://prometheus.io/docs/instrumenting/exposition_formats/ */
function parseMetrics(text: string): readonly Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', labels = '', value = ''] = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    assert.ok(name !== '' && (value === 'Nan' || value === 'NaN' || !Number.isNaN(Number(value))), line);
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}

/** The sum of the samples of a name that have these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels);
  return samples
    .filter((one) => one.name === name && wanted.every(([key, value]) => one.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
