import { graphCaller } from '../graph/caller.ts';

/** Neither version nor number: the key is the number. */
export const caller = graphCaller({
  origin: 'https://waba-v2.360dialog.io',
  credential: (token) => ({ 'd360-api-key': token }),
  path: ({ rest }) => rest || '/',
});
