/** What a server was told, transaction by transaction, as its own log tells it. */
import type { Cluster, Settings } from '../../../test/helpers/postgres-server.ts';
import { until } from '../../../test/helpers/until.ts';

/** The server writes down each statement, in which transaction it was said. */
export const recording: Settings = { log_statement: 'all', log_line_prefix: '<%v> ' };

export interface Transaction {
  /** Whether it began with BEGIN: else it is a single statement. */
  readonly isBegun: boolean;
  /** Each with its values, as the log has them. */
  readonly statements: readonly string[];
}

/** All that was said so far, in the order in which the transactions began. */
export async function readTransactions(cluster: Cluster, database: string): Promise<Transaction[]> {
  const marker = `the end of ${Math.random()}`;
  await cluster.query(`SELECT '${marker}'`, database);
  await until(() => cluster.log().includes(marker));
  const found = new Map<string, string[]>();
  // The lines of a statement after its first begin with a tab.
  for (const [, transaction = '', kind = '', text = ''] of cluster.log().matchAll(line)) {
    const statements = found.get(transaction) ?? [];
    if (kind === 'LOG') statements.push(text);
    else if (kind === 'DETAIL') statements.push(`${statements.pop() ?? ''}\n${text}`);
    if (statements.length > 0) found.set(transaction, statements);
  }
  return [...found.values()].map((statements) => ({
    isBegun: /^statement: BEGIN/.test(statements[0] ?? ''),
    statements,
  }));
}

const line = /^<(\d+\/\d+)> (\w+): {2}(.*(?:\n\t.*)*)/gm;
