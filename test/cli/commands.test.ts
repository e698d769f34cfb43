/** Every command, as a process, against a real service. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { adminKey } from '../helpers/client.ts';
import { begin, open, type Ran, startDesk, strict } from './run.ts';

const values = ({ out }: Ran) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('gatehouse', { concurrency: 2 }, () => {
  it('blocks, checks, lists and unblocks, in words for people', async (t) => {
    const { gatehouse } = await startDesk(t);
    assert.deepEqual(await gatehouse(['block', open, '+1 650 555 0123', '16505550124', '--reason', 'threats']), {
      code: 0,
      out: '+1 650 555 0123 blocked\n16505550124 blocked\n',
      err: '',
    });
    assert.equal((await gatehouse(['block', open, '16505550123'])).out, '16505550123 was blocked already\n');
    assert.deepEqual(await gatehouse(['check', open, '1-650-555-0123']), {
      code: 0,
      out: '1-650-555-0123 is blocked since 2026-03-01 12:00:00Z through admin: threats\n',
      err: '',
    });
    const [head, ...rows] = (await gatehouse(['list', open])).out.trimEnd().split('\n');
    assert.equal(head, 'USER         SINCE                 THROUGH  WHY');
    // They were blocked at once.
    assert.deepEqual(rows.sort(), [
      '16505550123  2026-03-01 12:00:00Z  admin    threats',
      '16505550124  2026-03-01 12:00:00Z  admin    threats',
    ]);
    assert.equal((await gatehouse(['unblock', open, '16505550123'])).out, '16505550123 unblocked\n');
    assert.equal((await gatehouse(['unblock', open, '16505550123'])).out, '16505550123 was not blocked\n');
    const gone = await gatehouse(['check', open, '16505550124', '16505550123']);
    assert.equal(gone.code, 5);
    assert.match(gone.out, /^16505550124 is blocked.*\n16505550123 is not blocked\n$/);
  });

  it('prints JSON, a value a line', async (t) => {
    const { gatehouse } = await startDesk(t);
    const [added] = values(await gatehouse(['block', open, '16505550123', '--json']));
    assert.deepEqual([added.user, added.outcome, added.entry.dialect], ['16505550123', 'added', 'admin']);
    const [entry] = values(await gatehouse(['list', open, '--json']));
    assert.deepEqual(entry, added.entry);
    const [state] = values(await gatehouse(['check', open, '16505550123', '--json']));
    assert.deepEqual(state, { user: '16505550123', blocked: true, matched_by: 'wa_id', entry });
    const [removed] = values(await gatehouse(['unblock', open, '16505550123', '--json']));
    assert.deepEqual(removed, { user: '16505550123', outcome: 'removed' });
    const log = values(await gatehouse(['events', open, '--json']));
    assert.deepEqual(
      log.map(({ action }) => action),
      ['block', 'unblock'],
    );
    assert.deepEqual(await gatehouse(['list', open, '--json']), { code: 0, out: '', err: '' });
  });

  it('reads users from the standard input, and tells who was refused', async (t) => {
    const { gatehouse } = await startDesk(t);
    const input = '16505550101\r\n\n  +1 650 555 0102  \nnobody\n+1 555-078-3881\n16505550103';
    const ran = await gatehouse(['block', open, '16505550100', '-'], input);
    assert.equal(ran.code, 1);
    assert.deepEqual(ran.out.split('\n').slice(0, 3), [
      '16505550100 blocked',
      '16505550101 blocked',
      '+1 650 555 0102 blocked',
    ]);
    assert.match(ran.out, /^nobody refused: user must be a phone number/m);
    assert.match(ran.out, /^\+1 555-078-3881 refused: The number cannot block itself\.$/m);
    assert.match(ran.out, /^16505550103 blocked$/m);
    const [refused] = values(await gatehouse(['block', strict, '-', '--json'], '16505550101\n'));
    assert.deepEqual([refused.outcome, refused.error.code], ['refused', 'window']);
    assert.match(refused.error.advice, /24|writes to the number/);
    assert.equal((await gatehouse(['unblock', open, '-'], '16505550101\n16505550103\n')).code, 0);
  });

  it('takes more users than a page has', async (t) => {
    const { gatehouse } = await startDesk(t);
    const users = Array.from({ length: 1100 }, (_, index) => 16505000000 + index);
    const ran = await gatehouse(['block', open, '-'], users.join('\n'));
    assert.deepEqual([ran.code, ran.out.split('\n').length], [0, 1101]);
    const listed = await gatehouse(['list', open]);
    assert.deepEqual([listed.out.split('\n').length, listed.out.match(/USER/g)?.length], [1102, 1]);
  });

  it('keeps numbers', async (t) => {
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

  it('keeps connections, and what numbers push through them', async (t) => {
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
        'secrets: token, app_secret, webhook_header\nstate: works\nwebhook header: x-proof\n' +
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
      /^CONNECTION .*\ncloud +meta +its own +default +token +works$/m,
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

  it('shows how blocks stand at the provider', async (t) => {
    const { gatehouse } = await startDesk(t);
    await gatehouse(
      [
        'connections',
        'add',
        'nobody',
        '--provider',
        'meta',
        '--token-file',
        '-',
        '--origin',
        'https://provider.invalid',
      ],
      'up-token',
    );
    await gatehouse(['numbers', 'set', open, '--upstream', 'nobody']);
    await gatehouse(['block', open, '16505550123', '--reason', 'threats']);
    assert.match((await gatehouse(['check', open, '16505550123'])).out, /through admin: threats; to be pushed/);
    const listed = (await gatehouse(['list', open])).out;
    assert.match(listed, /^USER +SINCE +THROUGH +PUSH +WHY\n16505550123 .* admin +pending +threats\n$/);
  });

  it('keeps keys and accounts', async (t) => {
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

  it('keeps apps, and shows what waits for them and what is held', async (t) => {
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

  it('shows the log, the last of it, and what is added', async (t) => {
    const { gatehouse, service, cwd } = await startDesk(t);
    assert.match((await gatehouse(['events', open])).err, /The log is empty/);
    await gatehouse(['block', open, '16505550101', '16505550102', '--reason', 'spam']);
    await gatehouse(['unblock', open, '16505550101']);
    const lines = (await gatehouse(['events', open])).out.split('\n');
    assert.match(lines[0] ?? '', /^ID +AT +ACTION +USER +THROUGH +WHY$/);
    assert.equal(lines.length, 5);
    const last = await gatehouse(['events', open, '--last', '1', '--json']);
    assert.deepEqual(
      values(last).map(({ id, action }) => [id, action]),
      [['3', 'unblock']],
    );
    const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: adminKey };
    const { child, nextLine } = begin(t, ['events', open, '-f', '-n', '1', '--json'], { env, cwd });
    assert.equal(JSON.parse(await nextLine()).id, '3');
    await gatehouse(['block', open, '16505550103']);
    assert.equal(JSON.parse(await nextLine()).user.wa_id, '16505550103');
    child.kill('SIGINT');
    assert.deepEqual(await new Promise((resolve) => child.on('exit', (...how) => resolve(how))), [null, 'SIGINT']);
  });

  it('stops without a word when its reader has seen enough', async (t) => {
    const { gatehouse, service, cwd } = await startDesk(t);
    const users = Array.from({ length: 1500 }, (_, index) => 16505000000 + index);
    await gatehouse(['block', open, '-'], users.join('\n'));
    const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: adminKey };
    const { child, nextLine } = begin(t, ['list', open], { env, cwd });
    let err = '';
    child.stderr.on('data', (text) => (err += text));
    assert.match(await nextLine(), /^USER/);
    child.stdout.destroy();
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0);
    assert.equal(err, '');
  });
});
