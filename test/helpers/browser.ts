/** A real Chromium that comes with npm, and reaches nothing but this machine. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterwards } from './cleanup.ts';
import { root } from './process.ts';

/** Why there is no browser here; false: there is one. */
export const noBrowser =
  process.platform === 'linux' && process.arch === 'x64' ? false : 'Chromium comes for Linux on x64';

/** A page in a browser of its own. Whatever asks another host, breaks or complains fails the test at its end. */
export async function openPage(t: TestContext): Promise<Page> {
  const folder = await unpacked();
  const browser: Browser = await chromium.launch({
    executablePath: path.join(folder, 'chromium'),
    args: ['--no-sandbox'],
    env: {
      ...stringsOnly(process.env),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
    },
  });
  afterwards(t, () => browser.close());
  const page = await browser.newPage({ viewport: { width: 1300, height: 1500 } });
  const faults: string[] = [];
  afterwards(t, () => assert.deepEqual(faults, []));
  await page.route('**/*', (route) => {
    const { hostname, protocol, href } = new URL(route.request().url());
    if (protocol === 'data:' || hostname === '127.0.0.1') return route.continue();
    faults.push(`asked ${href}`);
    return route.abort();
  });
  page.on('pageerror', (error) => faults.push(`threw ${error.stack}`));
  page.on('requestfailed', (request) => faults.push(`did not get ${request.url()}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`said ${message.text()}`);
  });
  return page;
}

/**
 * Where the browser, its fonts and its libraries lie. The package unpacks into the folder for temporary files, half if it
 * is stopped, so it gets one of its own, which is moved when it is whole. Only on Lambda it brings the libraries.
 */
async function unpacked(): Promise<string> {
  const cache = path.join(root, 'node_modules', '.cache');
  const manifest = readFileSync(path.join(root, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8');
  const folder = path.join(cache, `chromium-${JSON.parse(manifest).version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  const unpack = "const { default: packed } = await import('@sparticuz/chromium'); await packed.executablePath();";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: root,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  });
  // The package's own looks for them where Lambda has them; without any font the browser ends.
  const fonts = `<dir>${path.join(folder, 'fonts')}</dir><cachedir>${path.join(folder, 'fonts-cache')}</cachedir>`;
  writeFileSync(path.join(draft, 'fonts.conf'), `<fontconfig>${fonts}</fontconfig>\n`);
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // Another was first.
  }
  return folder;
}

function stringsOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined));
}
