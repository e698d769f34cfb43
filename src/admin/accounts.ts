import { parseAccountName } from '../core/ids.ts';
import type { Account } from '../core/ports.ts';
import { noAppUrl, renderApp, toAppPatch } from './app.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { looks, parseField, toTime } from './fields.ts';
import { readDirectory, renderPage } from './paging.ts';
import { Problem } from './problem.ts';
import { getAccount, listAccounts, putAccount } from './schemas/accounts.ts';

export function accountRoutes(app: AdminApp, deps: AdminDeps): void {
  const { directory } = deps.store;

  app.put('/accounts/:name', { schema: putAccount }, async (request, reply) => {
    const name = parseField('name', request.params.name, parseAccountName, looks.account);
    const owner = { kind: 'account', account: name } as const;
    const patch = toAppPatch(deps, owner, request.body.app);
    const before = await directory.account(name);
    // Said before there is an account that nobody meant.
    if (patch && patch.url === undefined && !before?.app) throw noAppUrl();
    const fresh = { name, createdAt: deps.clock() };
    reply.code((await directory.addAccount(fresh)) ? 201 : 200);
    if (patch === undefined) return renderAccount(deps, (await directory.account(name)) ?? { ...fresh, app: null });
    const changed = await directory.changeAccountApp(name, patch);
    // The account is there and stays; only its app may have gone by now.
    if (typeof changed === 'string') throw noAppUrl();
    deps.forwarding.appChanged(owner);
    return renderAccount(deps, changed);
  });

  app.get('/accounts', { schema: listAccounts }, async (request) => {
    const page = await readDirectory(deps, request.query, {
      list: 'accounts',
      read: (query) => directory.accounts(query),
      parseId: parseAccountName,
      idOf: ({ name }) => name,
    });
    return renderPage(deps, request, { ...page, data: page.data.map((one) => renderAccount(deps, one)) });
  });

  app.get('/accounts/:name', { schema: getAccount }, async (request) =>
    renderAccount(deps, await findAccount(deps, request.params.name)),
  );
}

/** The account that a path names. */
export async function findAccount({ store }: AdminDeps, text: string): Promise<Account> {
  const name = parseAccountName(text);
  const account = name && (await store.directory.account(name));
  if (!account) throw new Problem('not-found', 'There is no account with this name.');
  return account;
}

function renderAccount(deps: AdminDeps, { name, app, createdAt }: Account) {
  return { name, app: renderApp(deps, { kind: 'account', account: name }, app), created_at: toTime(createdAt) };
}
