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
  readonly GATEHOUSE_RATE_LIMIT?: string;
  readonly GATEHOUSE_SECRET_KEY?: string;
  readonly GATEHOUSE_ALLOW_PRIVATE?: string;
  readonly GATEHOUSE_URL?: string;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;
  readonly OTEL_SDK_DISABLED?: string;
  readonly OTEL_TRACES_EXPORTER?: string;
}

export type Variable = keyof Environment;

/** What `--help` says of each variable. */
export const variables: Readonly<Record<Variable, string>> = {
  GATEHOUSE_HOST: 'the address to listen on (127.0.0.1)',
  GATEHOUSE_PORT: 'the port to listen on (PORT, else 8080); 0 takes a free one',
  PORT: 'the port, where GATEHOUSE_PORT is not set',
  GATEHOUSE_DATABASE: 'where the lists are kept: sqlite:PATH or a postgres:// URL (sqlite:./data/gatehouse.db)',
  GATEHOUSE_ADMIN_KEY: 'the key of the admin API, at least 20 characters (the one made at the first start)',
  GATEHOUSE_PUBLIC_URL: "the address that clients use, for links in answers behind a proxy (the request's own)",
  GATEHOUSE_LOG_LEVEL: 'trace, debug, info, warn, error, fatal or silent (info)',
  GATEHOUSE_RATE_LIMIT: 'requests a second that a key may make; 0 is no limit (0)',
  GATEHOUSE_DEMO: 'on or off: make two demo numbers at the first start (on while the host is loopback)',
  GATEHOUSE_SECRET_KEY:
    'keeps the secrets of connections and apps: base64 of 32 bytes; several with commas between, the first encrypts (none)',
  GATEHOUSE_ALLOW_PRIVATE: 'private addresses that connections and apps may have: IPs and CIDRs, commas between (none)',
  GATEHOUSE_URL: 'where the other commands find the server (http://127.0.0.1:8080)',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'where spans go, by OTLP over HTTP; what else OpenTelemetry knows of OTEL_* counts too (none)',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'the same, as the whole URL',
  OTEL_SDK_DISABLED: 'true: no spans, whatever the others say',
  OTEL_TRACES_EXPORTER: 'none: no spans, whatever the others say',
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
