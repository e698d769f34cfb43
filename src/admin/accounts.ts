import { parseAccountName } from '../core/ids.ts';
import type { Account } from '../core/ports.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { looks, parseField, toTime } from './fields.ts';
import { readDirectory, renderPage } from './paging.ts';
import { listAccounts, putAccount } from './schemas/accounts.ts';

export function accountRoutes(app: AdminApp, deps: AdminDeps): void {
  const { directory } = deps.store;

  app.put('/accounts/:name', { schema: putAccount }, async (request, reply) => {
    const name = parseField('name', request.params.name, parseAccountName, looks.account);
    const account = { name, createdAt: deps.clock() };
    const created = await directory.addAccount(account);
    const kept = created ? account : ((await directory.account(name)) ?? account);
    reply.code(created ? 201 : 200);
    return renderAccount(kept);
  });

  app.get('/accounts', { schema: listAccounts }, async (request) => {
    const page = await readDirectory(deps, request.query, {
      list: 'accounts',
      read: (query) => directory.accounts(query),
      parseId: parseAccountName,
      idOf: ({ name }) => name,
    });
    return renderPage(deps, request, { ...page, data: page.data.map(renderAccount) });
  });
}

function renderAccount({ name, createdAt }: Account) {
  return { name, created_at: toTime(createdAt) };
}
