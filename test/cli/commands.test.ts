/** Commands for whoever is blocked, as processes, against a real service. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adminKey } from '../helpers/client.ts';
import { begin, open, startDesk, strict, values } from './run.ts';

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
