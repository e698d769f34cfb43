import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Job, Measured, Report, Stream } from './job.ts';

/** Sends requests from a process of its own, so that what it costs is not what is measured. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(path.join(import.meta.dirname, 'main.ts'), { serialization: 'advanced' });
  readonly #ended = once(this.#child, 'exit');

  /** Runs the job; throws when an answer has the wrong status or a connection breaks. */
  async run(job: Job): Promise<Readonly<Record<string, Measured>>> {
    const answer = Promise.race([once(this.#child, 'message'), this.#died()]);
    this.#child.send(job);
    const [report] = (await answer) as [Report];
    if (report.kind === 'failed') {
      throw new Error(`${job.streams.map(({ name }) => name).join(', ')}: ${report.fault}`);
    }
    return report.streams;
  }

  /** Runs one stream alone. */
  async measure(stream: Omit<Stream, 'name'>, seconds: number, warmSeconds = 0): Promise<Measured> {
    const { it } = await this.run({ streams: [{ ...stream, name: 'it' }], seconds, warmSeconds });
    if (!it) throw new Error('the load process measured nothing');
    return it;
  }

  async #died(): Promise<never> {
    const [code] = await this.#ended;
    throw new Error(`the load process ended (${code})`);
  }

  async close(): Promise<void> {
    this.#child.disconnect();
    await this.#ended;
  }
}
