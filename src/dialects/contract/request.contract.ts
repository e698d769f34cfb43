/** Requests, numbers and outcomes as plain data, for the tests of dialects. */
import type { BusinessNumber } from '../../core/numbers.ts';
import { type OwnRules, presets } from '../../core/rules.ts';
import type { WireRequest } from '../dialect.ts';

export const requestId = `A${'i'.repeat(22)}`;
export const numberId = '106540352242922';

export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** A request as the server hands it to a dialect. */
export function wireRequest({
  method = 'GET',
  path = '/',
  query = '',
  headers = {},
  body = '',
}: RequestParts): WireRequest {
  const byName = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), [values].flat()]);
  return {
    method,
    path,
    query,
    headers: Object.fromEntries(byName),
    body: Buffer.from(body as string),
    requestId,
    baseUrl: 'http://127.0.0.1:8080',
  };
}

export function businessNumber(rules: Partial<OwnRules> = {}): BusinessNumber {
  return {
    id: numberId as BusinessNumber['id'],
    account: 'default' as BusinessNumber['account'],
    displayPhoneNumber: '+1 555 078 3881',
    waId: '15550783881' as BusinessNumber['waId'],
    name: null,
    upstream: null,
    rules: { ...presets.open, ...rules },
    onStoreFailure: 'refuse',
    app: null,
    createdAt: 0,
  };
}

/** Parameters in each of the ways in which a request may carry them. */
export const carriers: Readonly<Record<string, (parameters: Readonly<Record<string, unknown>>) => RequestParts>> = {
  'a JSON body': (parameters) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  }),
  'a JSON body without a content type': (parameters) => ({ body: JSON.stringify(parameters) }),
  'a JSON body of an unknown content type': (parameters) => ({
    headers: { 'content-type': 'application/octet-stream' },
    body: JSON.stringify(parameters),
  }),
  'a form': (parameters) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(toTexts(parameters)).toString(),
  }),
  'a multipart form': (parameters) => ({
    headers: { 'content-type': 'multipart/form-data; boundary="the gate"' },
    body: `${toTexts(parameters).map(toPart).join('')}--the gate--\r\n`,
  }),
  'the query': (parameters) => ({ query: new URLSearchParams(toTexts(parameters)).toString() }),
  'the query, beside an empty object': (parameters) => ({
    query: new URLSearchParams(toTexts(parameters)).toString(),
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }),
};

function toTexts(parameters: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

function toPart([name, text]: [string, string]): string {
  return `--the gate\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
}
