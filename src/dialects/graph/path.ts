import { Refusal } from '../../core/errors.ts';
import { sendEdges } from '../dialect.ts';

const edges = ['block_users', ...sendEdges] as const;
/** What a path of a number means. */
export type Edge = (typeof edges)[number];

/** A path of Graph's form: `/{version}/{number}/{edge}`, the version optional. */
export interface GraphPath {
  /** The number's id, decoded; it may be anything. */
  readonly number: string;
  /** What follows the number, with its slash. */
  readonly rest: string;
  /** `v<major>.<minor>`, if the path names one. */
  readonly version: string | undefined;
}

/** The version that an unversioned path gets. */
export const defaultVersion = 'v25.0';

export function splitPath(path: string): GraphPath | undefined {
  const found = /^(?:\/(v\d{1,3}\.\d{1,3}))?\/([^/]+)(\/.*?)?\/?$/.exec(path);
  if (!found) return undefined;
  try {
    return { version: found[1], number: decodeURIComponent(found[2] ?? ''), rest: decodeURIComponent(found[3] ?? '') };
  } catch {
    return undefined; // Not UTF-8: no path of ours.
  }
}

/** The number's id, and what of it the path means; refuses every path that is none of ours. */
export function placeOf(path: string): { readonly number: string; readonly edge: Edge } {
  const found = splitPath(path);
  return { number: found?.number ?? '', edge: edgeOf(found?.rest) };
}

/** The edge that this end of a path names, with its slash. */
export function edgeOf(rest: string | undefined): Edge {
  const edge = edges.find((one) => rest === `/${one}`);
  if (!edge) throw new Refusal({ kind: 'unknown_path' });
  return edge;
}
