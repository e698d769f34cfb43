import type { AccountName, ConnectionName, SealedSecret } from './ids.ts';
import { defaultAccount } from './numbers.ts';

/** What of a connection is secret. `webhookHeader` is the value of the header with that name. */
export const secretNames = ['token', 'appSecret', 'verifyToken', 'webhookSecret', 'webhookHeader'] as const;
export type SecretName = (typeof secretNames)[number];
export type SealedSecrets = Readonly<Partial<Record<SecretName, SealedSecret>>>;

/** How a provider is reached. Many numbers may share one. */
export interface Connection {
  readonly name: ConnectionName;
  /** The dialect that the provider speaks, by its name. */
  readonly provider: string;
  /** Scheme, host and port, without a slash at the end; null: the provider's own. */
  readonly origin: string | null;
  /** `v<major>.<minor>`: the version of what the client names none for; null: the provider's own. */
  readonly apiVersion: string | null;
  /** Whose it is: only numbers of this account are pushed through it. */
  readonly account: AccountName;
  /** The name of the header that proves a webhook; null: none does. */
  readonly webhookHeaderName: string | null;
  readonly secrets: SealedSecrets;
  readonly createdAt: number;
}

/** What a PUT says of a connection: what is absent stays, null removes. */
export interface ConnectionPatch {
  readonly provider?: string;
  readonly origin?: string | null;
  readonly apiVersion?: string | null;
  readonly account?: AccountName;
  readonly webhookHeaderName?: string | null;
  readonly secrets: Readonly<Partial<Record<SecretName, SealedSecret | null>>>;
}

/** A new connection needs these. */
export type NeededField = 'provider' | 'token';

/** The connection as it is after a PUT, else what is missing. `at` is in ms since the epoch. */
export function changeConnection(
  name: ConnectionName,
  before: Connection | undefined,
  patch: ConnectionPatch,
  at: number,
): Connection | { readonly missing: readonly NeededField[] } {
  const { provider = before?.provider } = patch;
  const secrets = Object.fromEntries(
    Object.entries({ ...before?.secrets, ...patch.secrets }).filter(([, secret]) => secret !== null),
  ) as SealedSecrets;
  if (provider === undefined || secrets.token === undefined) {
    const missing: NeededField[] = provider === undefined ? ['provider'] : [];
    return { missing: secrets.token === undefined ? [...missing, 'token'] : missing };
  }
  return {
    name,
    provider,
    origin: patch.origin === undefined ? (before?.origin ?? null) : patch.origin,
    apiVersion: patch.apiVersion === undefined ? (before?.apiVersion ?? null) : patch.apiVersion,
    account: patch.account ?? before?.account ?? defaultAccount,
    webhookHeaderName:
      patch.webhookHeaderName === undefined ? (before?.webhookHeaderName ?? null) : patch.webhookHeaderName,
    secrets,
    createdAt: before?.createdAt ?? at,
  };
}

/** Whether what was pushed through the one is not at the other: they reach another list. */
export function reachesAnotherList(before: Connection, after: Connection): boolean {
  return before.provider !== after.provider || before.origin !== after.origin;
}
