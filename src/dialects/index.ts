import { d360 } from './d360/index.ts';
import type { Dialect } from './dialect.ts';
import { kapso } from './kapso/index.ts';
import { meta } from './meta/index.ts';

/** Every dialect that is served. A request is the first one's that claims it; the last claims all. */
export const dialects: readonly Dialect[] = [kapso, d360, meta];
