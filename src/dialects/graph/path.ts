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

/** A path in its parts, as errors and headers quote it; undefined: it is not of this form. What it means says `place.ts`. */
export function splitPath(path: string): GraphPath | undefined {
  const found = /^(?:\/(v\d{1,3}\.\d{1,3}))?\/([^/]+)(\/.*?)?\/?$/.exec(path);
  if (!found) return undefined;
  try {
    return { version: found[1], number: decodeURIComponent(found[2] ?? ''), rest: decodeURIComponent(found[3] ?? '') };
  } catch {
    return undefined; // Not UTF-8: no path of ours.
  }
}
