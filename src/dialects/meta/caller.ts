import { graphCaller, versionedPath } from '../graph/caller.ts';
import { defaultVersion } from '../graph/path.ts';

export const caller = graphCaller({
  origin: 'https://graph.facebook.com',
  credential: (token) => ({ authorization: `Bearer ${token}` }),
  path: versionedPath('', defaultVersion),
});
