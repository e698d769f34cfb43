/** The load process: takes a job from its parent, runs it, reports, waits for the next. */
import type { Job, Report } from './job.ts';
import { runStream } from './stream.ts';

process.on('message', (job: Job) => {
  void run(job).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());

async function run(job: Job): Promise<Report> {
  try {
    const measured = await Promise.all(
      job.streams.map(async (stream) => [stream.name, await runStream(stream, job)] as const),
    );
    return { kind: 'measured', streams: Object.fromEntries(measured) };
  } catch (error) {
    return { kind: 'failed', fault: error instanceof Error ? error.message : String(error) };
  }
}
