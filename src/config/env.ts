/** Every variable that Gatehouse reads, and nothing else reads the environment. */
export interface Environment {
  readonly GATEHOUSE_HOST?: string;
  readonly GATEHOUSE_PORT?: string;
  readonly PORT?: string;
  readonly GATEHOUSE_DATABASE?: string;
  readonly GATEHOUSE_ADMIN_KEY?: string;
  readonly GATEHOUSE_PUBLIC_URL?: string;
  readonly GATEHOUSE_LOG_LEVEL?: string;
  readonly GATEHOUSE_DEMO?: string;
}

export type Variable = keyof Environment;

/** What `--help` says of each variable. */
export const variables: Readonly<Record<Variable, string>> = {
  GATEHOUSE_HOST: 'the address to listen on (127.0.0.1)',
  GATEHOUSE_PORT: 'the port to listen on (PORT, else 8080); 0 takes a free one',
  PORT: 'the port, where GATEHOUSE_PORT is not set',
  GATEHOUSE_DATABASE: 'where the lists are kept (sqlite:./data/gatehouse.db)',
  GATEHOUSE_ADMIN_KEY: 'the key of the admin API, at least 20 characters (the one made at the first start)',
  GATEHOUSE_PUBLIC_URL: "the address that clients use, for links in answers behind a proxy (the request's own)",
  GATEHOUSE_LOG_LEVEL: 'trace, debug, info, warn, error, fatal or silent (info)',
  GATEHOUSE_DEMO: 'on or off: make two demo numbers at the first start (on while the host is loopback)',
};

/** The variables that are set; an empty one counts as unset. `unknown` lists what only looks like one of ours. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): {
  env: Environment;
  unknown: readonly string[];
} {
  const known = Object.keys(variables);
  const env = Object.fromEntries(known.filter((name) => source[name]).map((name) => [name, source[name]]));
  const unknown = Object.keys(source).filter((name) => name.startsWith('GATEHOUSE_') && !known.includes(name));
  return { env, unknown };
}
