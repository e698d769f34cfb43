/**
 * What a path means. One that is no edge of ours may pass to a provider, whose server could read it otherwise: so a path that
 * two readers can understand differently is unknown here, and none that comes near an edge passes.
 */
import { Refusal } from '../../core/errors.ts';
import { type Edge, type Place, sendEdges, type WireRequest } from '../dialect.ts';

type Asked = Pick<WireRequest, 'method' | 'query'>;

const edges: readonly Edge[] = ['block_users', ...sendEdges];

/** An edge's name in any case, alone or before what some servers cut off: `messages;x`, `Messages.json`, `messages `. */
const nearEdge = new RegExp(`^[^a-z0-9]*(?:${edges.join('|')})(?![\\w-])`, 'i');

/** Blank, hidden, a step up, parameters without a name, a slash, what cannot be seen, and what would be decoded again. */
const ambiguous = /^\s*(?:[.;]|$)|[/\\]|\p{C}|%[0-9a-f]{2}/iu;

/** Digits that some reader could take for a number's id, though they are not written as one. */
const nearNumber = /^\W*\d+(?!\w)/;
const plainNumber = /^[1-9]\d*$/;

/** What stands where a number belongs and is near a version. */
const nearVersion = /^v[\d.]+$/i;

const versionInFront = /^\/(v\d{1,3}\.\d{1,3})(?=\/|$)/;

/** Reads `/{version}/{number}/…`, the version optional. The first part after it may name any object of Graph. */
export function graphPlace(path: string, asked: Asked): Place {
  const version = versionInFront.exec(path)?.[1];
  const whole = version === undefined ? path : path.slice(version.length + 1);
  const segments = segmentsOf(whole, asked);
  const [id = '', ...others] = segments;
  const edge = edgeOf(others, id);
  if (id === '' || (edge === undefined && (nearVersion.test(id) || isDoubtful(segments)))) throw unknown();
  return { number: { kind: 'named', id }, edge, version, rest: afterFirst(whole), whole };
}

/**
 * Reads a path that names no number, since its key is one. What begins with digits alone names an object by its id: a medium,
 * which is fetched and deleted there, or a number in a path of another form.
 */
export function rootPlace(path: string, asked: Asked): Place {
  const segments = segmentsOf(path, asked);
  const [id = ''] = segments;
  const edge = edgeOf(segments);
  if (edge === undefined && isDoubtful(segments)) throw unknown();
  if (!plainNumber.test(id)) {
    return { number: { kind: 'of_the_key' }, edge, version: undefined, rest: path, whole: path };
  }
  return { number: { kind: 'named', id }, edge, version: undefined, rest: afterFirst(path), whole: path };
}

/** The edge of a place that has to have one. */
export function edgeOfPlace({ edge }: Place): Edge {
  if (edge === undefined) throw unknown();
  return edge;
}

/** The parts of a path, decoded; a slash at its end makes none. Refuses batches, the root, and what is no UTF-8. */
function segmentsOf(path: string, { method, query }: Asked): readonly string[] {
  if (hasBatch(query)) throw new Refusal({ kind: 'batch_refused' });
  if (path !== '' && !path.startsWith('/')) throw unknown();
  const trimmed = path.slice(1, path.endsWith('/') ? -1 : undefined);
  // Graph takes a batch at its root, in a body that nobody looks into here.
  if (trimmed === '') throw method === 'POST' ? new Refusal({ kind: 'batch_refused' }) : unknown();
  return trimmed.split('/').map(decode);
}

function decode(raw: string): string {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw unknown();
  }
}

/** The edge that these parts name; undefined: none. `number` is what stands before them. */
function edgeOf(parts: readonly string[], number = ''): Edge | undefined {
  const edge = parts.length === 1 ? edges.find((one) => one === parts[0]) : undefined;
  if (edge === undefined && nearEdge.test(folded(parts.at(-1) ?? number))) throw unknown();
  return edge;
}

/** Whether another reader could find something else in the parts, or a number in the first. */
function isDoubtful(segments: readonly string[]): boolean {
  const [id = ''] = segments;
  if (!plainNumber.test(id) && nearNumber.test(folded(id))) return true;
  return segments.some((one) => !isPlain(one) && ambiguous.test(folded(one)));
}

/** Letters, digits and underscores: nobody reads another character into one of these. */
function isPlain(text: string): boolean {
  return /^\w+$/.test(text);
}

/** Characters that look alike, or mean the same, as one. */
function folded(text: string): string {
  return isPlain(text) ? text : text.normalize('NFKC');
}

/** What follows the first part as it was sent, with its slash. */
function afterFirst(path: string): string {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? '' : path.slice(slash);
}

/** Whether a query has Graph's parameter `batch`, in any writing of its name. */
function hasBatch(query: string): boolean {
  if (!/batch|%/i.test(query)) return false;
  return query.split('&').some((pair) => {
    const name = (pair.split('=', 1)[0] ?? '').replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return isBatch(name.replace(/\+/g, ' '));
  });
}

/** Whether a parameter of this name asks for a batch: `batch`, and `batch[0]` as some servers read it. */
export function isBatch(name: string): boolean {
  return /^\s*batch\s*(?:\[|$)/i.test(name);
}

function unknown(): Refusal {
  return new Refusal({ kind: 'unknown_path' });
}
