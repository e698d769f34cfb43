/** Commands for what blocks and webhooks go through, as processes, against a real service. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { open, startDesk, values } from './run.ts';

describe('gatehouse keeps', { concurrency: 2 }, () => {
  it('numbers', async (t) => {
    const { gatehouse } = await startDesk(t);
    assert.match((await gatehouse(['numbers'])).out, /^NUMBER .*\n106540352242922 .*window off, capacity none/);
    const id = '106540352242999';
    const added = await gatehouse(['numbers', 'add', id, '--phone', '+1 555 078 3999', '--name', 'Support']);
    assert.match(added.out, /^number: 106540352242999\nphone: \+1 555 078 3999\nname: Support\naccount: default\n/);
    const rules = [
      '--window',
      'strict',
      '--capacity',
      '10',
      '--paging',
      'versioned',
      '--partial-failure-status',
      '200',
    ];
    const [changed] = values(await gatehouse(['numbers', 'set', id, ...rules, '--json']));
    assert.deepEqual(changed.rules, {
      window: 'strict',
      capacity: 10,
      paging: 'versioned',
      partial_failure_status: 200,
    });
    const [free] = values(await gatehouse(['numbers', 'set', id, '--capacity', 'none', '--name', '', '--json']));
    assert.deepEqual([free.rules.capacity, free.rules.window, free.name], [null, 'strict', null]);
    assert.match((await gatehouse(['numbers', 'show', id])).out, /blocked users: 0\n$/);
    const kept = await gatehouse(['numbers', 'remove', id]);
    assert.deepEqual([kept.code, kept.out], [2, '']);
    assert.match(kept.err, /list of 0 blocked users\. Add --yes/);
    assert.equal((await gatehouse(['numbers', 'remove', id, '--yes'])).out, `${id} is deleted.\n`);
    assert.equal((await gatehouse(['numbers', 'list', '--json'])).out.split('\n').length, 3);
  });

  it('connections, and what numbers push through them', async (t) => {
    const { gatehouse, cwd, service } = await startDesk(t);
    assert.match((await gatehouse(['connections'])).err, /There is no connection yet/);
    writeFileSync(path.join(cwd, 'secret'), 'up-secret\n');
    const files = ['--app-secret-file', 'secret', '--webhook-header', 'X-Proof', '--webhook-header-file', 'secret'];
    const added = await gatehouse(
      ['connections', 'add', 'cloud', '--provider', 'meta', '--token-file', '-', ...files],
      'up-token\n',
    );
    assert.deepEqual(added, {
      code: 0,
      out:
        'connection: cloud\nprovider: meta\norigin: its own\naccount: default\n' +
        'secrets: token, app_secret, webhook_header\nstate: not stopped\nwebhook header: x-proof\n' +
        `webhook: ${service.base}/webhooks/cloud\n`,
      err: '',
    });
    const more = ['--api-version', 'v25.0', '--origin', 'https://provider.example', '--verify-token-file', 'secret'];
    const [set] = values(await gatehouse(['connections', 'set', 'cloud', ...more, '--no-webhook-header', '--json']));
    assert.deepEqual(
      [set.api_version, set.origin, set.secrets, set.webhook_header],
      ['v25.0', 'https://provider.example', ['token', 'app_secret', 'verify_token'], null],
    );
    const none = ['--no-api-version', '--no-origin', '--no-app-secret-file', '--no-verify-token-file'];
    const [bare] = values(await gatehouse(['connections', 'set', 'cloud', ...none, '--json']));
    assert.deepEqual([bare.api_version, bare.origin, bare.secrets], [null, null, ['token']]);
    assert.match(
      (await gatehouse(['connections'])).out,
      /^CONNECTION .*\ncloud +meta +its own +default +token +not stopped$/m,
    );
    const wrong = [
      ['--token-file', '-', '--app-secret-file', '-'],
      ['--webhook-header', 'x-proof'],
      ['--webhook-header-file', 'secret'],
      ['--token-file', 'nowhere'],
    ];
    for (const options of wrong) assert.equal((await gatehouse(['connections', 'set', 'cloud', ...options])).code, 2);

    const upstream = ['--upstream', 'cloud', '--upstream-number', '777', '--push', 'wait', '--push-capacity', '9'];
    const number = (await gatehouse(['numbers', 'set', open, ...upstream])).out;
    assert.match(number, /^upstream: cloud as 777\nrules: push wait, push capacity 9, paging stable, /m);
    assert.match((await gatehouse(['numbers'])).out, / cloud as 777 +push wait/);
    const pass = ['--on-store-failure', 'pass', '--rules', 'gateway', '--upstream', 'cloud'];
    const [later] = values(await gatehouse(['numbers', 'set', open, ...pass, '--json']));
    assert.deepEqual([later.on_store_failure, later.rules.push, later.upstream.number_id], ['pass', 'later', open]);
    assert.equal((await gatehouse(['numbers', 'set', open, '--upstream-number', '1'])).code, 2);
    assert.match((await gatehouse(['connections', 'remove', 'cloud'])).err, /Numbers use this connection/);
    assert.match(
      (await gatehouse(['numbers', 'set', open, '--no-upstream'])).out,
      /^upstream: none\nrules: window off/m,
    );
    assert.equal((await gatehouse(['connections', 'remove', 'cloud'])).out, 'cloud is deleted.\n');
    assert.equal((await gatehouse(['connections', 'show', 'cloud'])).code, 1);
  });

  it('keys and accounts', async (t) => {
    const { gatehouse, cwd, service } = await startDesk(t);
    const app = ['--app-url', 'https://app.invalid/hook', '--app-headers-file', '-'];
    const headers = 'Authorization: Basic a:b\n\nX-Team:red\n';
    assert.match(
      (await gatehouse(['accounts', 'add', 'acme', ...app], headers)).out,
      /^account: acme\nsince: .*\napp: https:\/\/app\.invalid\/hook, blocked drop, headers authorization x-team\n$/,
    );
    const fault = await gatehouse(['accounts', 'set', 'acme', ...app], 'X-Team: red\nhunter2\n');
    assert.deepEqual([fault.code, fault.err.includes('hunter2')], [2, false], fault.err);
    assert.match((await gatehouse(['accounts', 'test-app', 'acme'])).out, /^dlv_\S+ is on its way\.\n$/);
    const [bare] = values(await gatehouse(['accounts', 'set', 'acme', '--no-app-headers-file', '--json']));
    assert.deepEqual([bare.app.header_names, bare.app.url], [[], 'https://app.invalid/hook']);
    assert.match((await gatehouse(['accounts', 'show', 'default'])).out, /^app: none$/m);
    assert.match((await gatehouse(['accounts'])).out, /^ACCOUNT .*\nacme .*\ndefault /);
    const created = await gatehouse(['keys', 'create', 'Helpdesk', '--numbers', open]);
    const [, id = '', secret = ''] = /^key: (key_\S+)\nsecret: (gh_\S+)\n$/.exec(created.out) ?? [];
    assert.match(created.err, /nothing shows it again/);
    const use = () =>
      service.call('GET', `/v25.0/${open}/block_users`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal((await use()).status, 200);
    writeFileSync(path.join(cwd, 'secret'), 'a-secret-that-callers-have\n');
    const more = ['--secret-file', 'secret', '--account', 'acme', '--expires', '2027-01-01T00:00:00Z', '--json'];
    const [own] = values(await gatehouse(['keys', 'create', 'Own', '--numbers', 'all', ...more]));
    assert.deepEqual(
      [own.secret, own.account, own.expires_at],
      ['a-secret-that-callers-have', 'acme', '2027-01-01T00:00:00.000Z'],
    );
    assert.equal((await gatehouse(['keys', 'revoke', id])).out, `${id} is revoked.\n`);
    assert.equal((await use()).status, 401);
    const listed = (await gatehouse(['keys'])).out;
    assert.match(listed, new RegExp(`^${id} +Helpdesk +default +${open} +revoked 2026-03-01 12:00:00Z$`, 'm'));
    assert.match(listed, / all +until 2027-01-01 00:00:00Z$/m);
    assert.doesNotMatch(listed, /gh_/);
  });

  it('apps, and shows what waits for them and what is held', async (t) => {
    const { gatehouse, cwd, service } = await startDesk(t);
    assert.match((await gatehouse(['deliveries'])).err, /Nothing waits/);
    writeFileSync(path.join(cwd, 'secret'), 'of the app\n');
    // Nobody is there: what is for it stays.
    const url = 'https://app.invalid/hook';
    const app = ['--app-url', url, '--app-secret-file', 'secret', '--app-blocked', 'hold'];
    assert.match(
      (await gatehouse(['numbers', 'set', open, ...app])).out,
      /^app: https:\/\/app\.invalid\/hook, blocked hold, with secret$/m,
    );
    const user = '16505550123';
    const write = (text: string) => service.admin('POST', `/numbers/${open}/sandbox/messages`, { from: user, text });
    await write('one');
    const [delivery] = values(await gatehouse(['deliveries', '--number', open, '--json']));
    assert.deepEqual([delivery.app, delivery.state], [{ phone_number_id: open }, 'waiting']);
    assert.match(
      (await gatehouse(['deliveries', 'list'])).out,
      new RegExp(`^${delivery.id} +number ${open} .* waiting`, 'm'),
    );
    assert.equal((await gatehouse(['deliveries', '--account', 'default', '--json'])).out, '');
    assert.equal((await gatehouse(['deliveries', '--account', 'default', '--number', open])).code, 2);
    assert.match((await gatehouse(['deliveries', 'show', delivery.id])).out, /^body: \{"object":.*"one"/m);
    assert.equal((await gatehouse(['deliveries', 'redeliver', delivery.id])).out, `${delivery.id} is on its way.\n`);
    assert.equal((await gatehouse(['deliveries', 'redeliver', 'dlv_AAAAAAABq83vEjRWeJASNF'])).code, 1);

    await gatehouse(['block', open, user]);
    assert.match((await gatehouse(['held', open, user])).err, /Nothing is held/);
    await write('two');
    assert.match(
      (await gatehouse(['held', open, user])).out,
      /^AT +MESSAGE +BODY\n2026-03-01 12:00:00Z +wamid\.\S+ +\{.*"two"/,
    );
    assert.equal((await gatehouse(['unblock', open, user, '--held', 'keep'])).code, 2);
    await gatehouse(['unblock', open, user, '--held', 'replay']);
    assert.equal((await gatehouse(['held', open, user, '--json'])).out, '');
    assert.equal(values(await gatehouse(['deliveries', '--json'])).length, 2);
    assert.match(
      (await gatehouse(['deliveries'])).out,
      new RegExp(`^dlv_(?!${delivery.id.slice(4)}).* after ${delivery.id} of the same user, due \\d{4}-`, 'm'),
    );

    const [bare] = values(await gatehouse(['numbers', 'set', open, '--no-app-secret-file', '--json']));
    assert.deepEqual([bare.app.secrets, bare.app.blocked], [[], 'hold']);
    assert.equal((await gatehouse(['numbers', 'set', open, '--no-app', '--app-url', url])).code, 2);
    const twice = ['--app-secret-file', '-', '--app-headers-file', '-'];
    assert.equal((await gatehouse(['numbers', 'set', open, ...twice], 'x: y')).code, 2);
    const [{ delivery_id: id }] = values(await gatehouse(['numbers', 'test-app', open, '--json']));
    assert.match((await gatehouse(['deliveries', 'show', id])).out, /"field":"gatehouse_test"/);
    assert.match((await gatehouse(['numbers', 'set', open, '--no-app'])).out, /^app: none$/m);
    assert.equal((await gatehouse(['numbers', 'test-app', open])).code, 1);
  });
});
