/** The page at `/docs` in a real browser that no other host answers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noBrowser, openPage } from '../helpers/browser.ts';
import { adminKey } from '../helpers/client.ts';
import { operationsOf, readDocument } from '../helpers/openapi.ts';
import { startTestService } from '../helpers/service.ts';

const number = '106540352242922';

describe('the page of the document', { skip: noBrowser }, () => {
  // One load for both: the page takes seconds of a processor to draw all operations.
  it('shows every operation of all four APIs once, under its API, and what one asks and answers', async (t) => {
    const service = await startTestService(t);
    const operations = operationsOf(await readDocument(service));
    const page = await openPage(t);
    await page.goto(`${service.base}/docs`);
    await page.waitForSelector('.opblock');
    const shown = await page.locator('.opblock-summary-path').evaluateAll((all) => all.map((one) => one.textContent));
    const plain = shown.map((text) => (text ?? '').replace(/\u200b/g, ''));
    assert.deepEqual(plain.toSorted(), operations.map(({ path }) => path).toSorted());
    const tags = await page
      .locator('.opblock-tag')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-tag')));
    assert.deepEqual(tags.slice(0, 4), [
      'Meta Cloud API',
      '360dialog Messaging API',
      'Kapso Meta proxy',
      'Admin: numbers',
    ]);
    const { GATEHOUSE_SCREENSHOT: file } = process.env;
    if (file !== undefined) await page.screenshot({ path: file, fullPage: true });

    const block = page.locator('.opblock[id$="-kapso_unblockUsers"]');
    await block.locator('.opblock-summary-control').click();
    await block.locator('.responses-table').first().waitFor();
    const text = (await block.textContent()) ?? '';
    for (const word of ['phone_number_id', 'Request body', 'multipart/form-data', '429', 'The key asks more often']) {
      assert.ok(text.includes(word), `${word} is not in ${text}`);
    }
  });

  it('tries operations on this server: a block through Meta’s API, and the question whether it is there', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(number);
    const page = await openPage(t);
    await page.goto(`${service.base}/docs`);
    await page.locator('button.authorize').first().click();
    for (const [scheme, key] of [
      ['meta_bearerAuth', secret],
      ['adminKey', adminKey],
    ] as const) {
      const form = page.locator('.auth-container', {
        has: page.locator('h4 code', { hasText: new RegExp(`^${scheme}$`) }),
      });
      await form.locator('input').fill(key);
      await form.locator('button.authorize').click();
    }
    await page.locator('.auth-btn-wrapper .btn-done').first().click();
    const tryIt = async (id: string): Promise<string> => {
      const block = page.locator(`.opblock[id$="-${id}"]`);
      await block.locator('.opblock-summary-control').click();
      await block.locator('button.execute').click();
      const answer = block.locator('.live-responses-table .response');
      await answer.waitFor();
      return (await answer.textContent()) ?? '';
    };
    assert.match(await tryIt('meta_blockUserS'), /^200[\s\S]*added_users[\s\S]*16505551234/);
    assert.match(await tryIt('admin_getBlock'), /^200[\s\S]*"blocked": true/);
  });

  it('works behind a proxy that gives it a prefix and another name, and asks that', async (t) => {
    const service = await startTestService(t, { env: { GATEHOUSE_PUBLIC_URL: 'https://gate.example/prefix' } });
    const page = await openPage(t);
    // The test’s own proxy: it takes the prefix away.
    await page.route(`${service.base}/prefix/**`, (route) =>
      route.continue({ url: route.request().url().replace('/prefix', '') }),
    );
    await page.goto(`${service.base}/prefix/docs`);
    await page.waitForSelector('.opblock');
    assert.equal(await page.locator('.servers select').inputValue(), `${service.base}/prefix`);
  });
});
