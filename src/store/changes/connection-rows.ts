/** How a connection lies in its row. Secrets are sealed. */
import { type Connection, type SealedSecrets, secretNames } from '../../core/connections.ts';
import type { AccountName, ConnectionName, SealedSecret } from '../../core/ids.ts';

export interface ConnectionRow {
  readonly name: ConnectionName;
  readonly provider: string;
  readonly origin: string | null;
  readonly api_version: string | null;
  readonly account: AccountName;
  readonly webhook_header_name: string | null;
  readonly token: SealedSecret;
  readonly app_secret: SealedSecret | null;
  readonly verify_token: SealedSecret | null;
  readonly webhook_secret: SealedSecret | null;
  readonly webhook_header: SealedSecret | null;
  readonly created_at: number;
}

/** In this order. */
export const connectionColumns = `name, provider, origin, api_version, account, webhook_header_name,
  token, app_secret, verify_token, webhook_secret, webhook_header, created_at`;

export function connectionValues(connection: Connection): (string | number | null)[] {
  const { name, provider, origin, apiVersion, account, webhookHeaderName, secrets, createdAt } = connection;
  const sealed = secretNames.map((secret) => secrets[secret] ?? null);
  return [name, provider, origin, apiVersion, account, webhookHeaderName, ...sealed, createdAt];
}

export function toConnection(row: ConnectionRow): Connection {
  return {
    name: row.name,
    provider: row.provider,
    origin: row.origin,
    apiVersion: row.api_version,
    account: row.account,
    webhookHeaderName: row.webhook_header_name,
    secrets: toSecrets(row),
    createdAt: row.created_at,
  };
}

function toSecrets(row: ConnectionRow): SealedSecrets {
  const { app_secret, verify_token, webhook_secret, webhook_header } = row;
  return {
    token: row.token,
    ...(app_secret !== null && { appSecret: app_secret }),
    ...(verify_token !== null && { verifyToken: verify_token }),
    ...(webhook_secret !== null && { webhookSecret: webhook_secret }),
    ...(webhook_header !== null && { webhookHeader: webhook_header }),
  };
}
