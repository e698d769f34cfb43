/**
 * Reads a transcript: one scenario of a dialect as requests and the answers expected, in a file for people to read.
 *
 *     A title, which is a sentence.
 *     source: <public URL>, or `chosen: <why>` where no public document says
 *     rules: meta                          the number's rules: a preset or JSON (absent: open)
 *     public_url: https://…                the address that the service is told to be reached at
 *     number: other                        another number, {other}, of the same account
 *     key: wide, all numbers               a key, {wide}; or `of other`, `revoked`, `expires in 1h`
 *     wrote: +1650…                        a user wrote to the number; `+1650… as US.1349…` tells their BSUID too
 *     blocked: +1650…, +1651…              users blocked before
 *
 *     >>> METHOD /path                     then headers, an empty line, the body
 *     --- clock: +25h                      between exchanges: time passes, or `wrote` and `blocked` as above
 *     <<< STATUS                           then the headers that matter (`{none}`: absent), an empty line, the JSON body
 *
 * `{number}`, `{key}` and `{base}` stand for the number's id, its key and the service's address. In an answer,
 * `{request_id}` is the id of this request, `{any}` is any text, and another name keeps what it matched for later; an object
 * with the member `"…": "…"` may have others beside those that it names.
 * A multipart body is sent with CRLF at its line ends.
 */
export interface Transcript {
  readonly title: string;
  readonly sources: readonly string[];
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: 'set_up'; readonly word: string; readonly value: string }
  | { readonly kind: 'exchange'; readonly request: RequestText; readonly expected: ExpectedText };

export interface RequestText extends Message {
  readonly method: string;
  readonly path: string;
}

export interface ExpectedText extends Message {
  readonly status: number;
}

interface Message {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const marker = /^(?:>>>|<<<|---) /;

export function readTranscript(text: string): Transcript {
  const sections = split(text);
  const [title = '', ...lines] = sections.shift() ?? [];
  if (!/^[A-Z0-9].*[.]$/.test(title)) throw new Error('the first line must be a sentence');
  const head = lines.filter((line) => line !== '').map(toSetUp);
  const sources = head.filter(({ word }) => word === 'source').map(({ value }) => value);
  if (sources.length === 0) throw new Error('no source');
  for (const source of sources) {
    if (!/^(https:\/\/|chosen: .)/.test(source)) throw new Error(`no public URL and no choice: ${source}`);
  }
  const steps: Step[] = head.filter(({ word }) => word !== 'source');
  while (sections.length > 0) steps.push(takeStep(sections));
  if (!steps.some(({ kind }) => kind === 'exchange')) throw new Error('no exchange');
  return { title, sources, steps };
}

/** The lines before the first marker, then those of each marked section. */
function split(text: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (marker.test(line)) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections;
}

function takeStep(sections: string[][]): Step {
  const [first = '', ...rest] = sections.shift() ?? [];
  const words = first.slice(4);
  if (first.startsWith('--- ')) return toSetUp(words);
  if (first.startsWith('<<< ')) throw new Error(`an answer without a request: ${first}`);
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(words) ?? [];
  if (method === undefined || path === undefined) throw new Error(`no request line: ${first}`);
  const [answer = '', ...answerRest] = sections.shift() ?? [];
  const status = /^<<< ([1-5]\d\d)$/.exec(answer)?.[1];
  if (status === undefined) throw new Error(`an exchange without expectation: ${first}`);
  const expected = { status: Number(status), ...toMessage(answerRest) };
  if (expected.body === '' && method !== 'HEAD') throw new Error(`an expectation without a body: ${first}`);
  return { kind: 'exchange', request: { method, path, ...toMessage(rest) }, expected };
}

function toSetUp(line: string): Extract<Step, { kind: 'set_up' }> {
  const [, word, value] = /^([a-z_]+): (.+)$/.exec(line) ?? [];
  if (word === undefined || value === undefined) throw new Error(`no set-up line: ${line}`);
  return { kind: 'set_up', word, value };
}

function toMessage(lines: readonly string[]): Message {
  const end = lines.indexOf('');
  const headers = (end < 0 ? lines : lines.slice(0, end)).map((line) => {
    const [, name, value] = /^([^\s:]+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no header: ${line}`);
    return [name, value] as const;
  });
  return { headers, body: end < 0 ? '' : lines.slice(end).join('\n').trim() };
}
