/** How a provider of each dialect is asked. */
export interface Provider {
  /** Where a path of Meta's without version leads; `{number}` stands for the number. The version is the client's, if it names one. */
  path(path: string, version: string | undefined): string;
  /** The header of its credential. */
  credential(token: string): readonly [name: string, value: string];
}

export const providers: Readonly<Record<string, Provider>> = {
  meta: {
    path: (path, version = 'v25.0') => `/${version}${path}`,
    credential: (token) => ['authorization', `Bearer ${token}`],
  },
  '360dialog': {
    path: (path) => path.replace('/{number}', ''),
    credential: (token) => ['d360-api-key', token],
  },
  kapso: {
    path: (path, version = 'v24.0') => `/meta/whatsapp/${version}${path}`,
    credential: (token) => ['x-api-key', token],
  },
};
