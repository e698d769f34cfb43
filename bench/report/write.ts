import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../result.ts';
import { drawCharts } from './charts.ts';
import { renderReport } from './markdown.ts';

/** Writes the result and its report as `<date>-<commit>`; gives the path of the result. */
export function writeReport(result: Result, folder: string, { latest }: { readonly latest: boolean }): string {
  mkdirSync(folder, { recursive: true });
  const name = `${result.date.slice(0, 10)}-${result.commit}`;
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  const charts = [...drawCharts(result)].map(([chart, drawing]) => {
    writeFileSync(path.join(folder, `${name}-${chart}.svg`), drawing);
    return `${name}-${chart}.svg`;
  });
  const report = renderReport(result, charts);
  writeFileSync(path.join(folder, `${name}.md`), report);
  if (latest) writeFileSync(path.join(folder, 'latest.md'), report);
  return file;
}
