import { graphCaller, versionedPath } from '../graph/caller.ts';
import { documentedVersion, prefix } from './edge.ts';

export const caller = graphCaller({
  origin: 'https://api.kapso.ai',
  credential: (token) => ({ 'x-api-key': token }),
  path: versionedPath(prefix, documentedVersion),
});
