/** A listener between two who talk: it notes what goes by, byte for byte, and changes nothing. */
import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type Asked, startProvider } from '../helpers/provider.ts';

export interface Tap {
  /** Scheme, host and port: whoever talks to it talks to the target. */
  readonly origin: string;
  /** What was asked of the target, in the order in which it came. */
  readonly asked: readonly Asked[];
  /** The bodies of the target's answers, in the order in which they ended. */
  readonly answers: readonly string[];
  /** What becomes of changes from now on: they never reach the target, or their answers never come back. */
  lost: 'requests' | 'answers' | undefined;
  /** Who waits for what is lost sees its connection end; else it waits. */
  resets: boolean;
  /** Forgets what went by. */
  forget(): void;
}

export async function startTap(t: TestContext, target: string): Promise<Tap> {
  const provider = await startProvider(t);
  provider.listing = undefined;
  const answers: string[] = [];
  const tap: Tap = {
    origin: provider.origin,
    asked: provider.asked,
    answers,
    lost: undefined,
    resets: false,
    forget() {
      provider.asked.length = 0;
      answers.length = 0;
    },
  };
  provider.answer = async (_request, response) => {
    const asked = provider.asked.at(-1)!;
    const isChange = asked.method !== 'GET';
    const lose = () => tap.resets && response.destroy();
    if (isChange && tap.lost === 'requests') return lose();
    try {
      const answer = await relay(target, asked);
      answers.push(answer.body.toString());
      if (isChange && tap.lost === 'answers') return lose();
      return response.writeHead(answer.status, [...answer.headers]).end(answer.body);
    } catch {
      return response.destroy();
    }
  };
  return tap;
}

async function relay(target: string, { method, url, raw, body }: Asked) {
  const outward = ask(target + url, { method, headers: raw }).end(body);
  const [answer] = (await once(outward, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.rawHeaders, body: await buffer(answer) };
}
