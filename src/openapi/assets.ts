/** The files of the page: ours, and the renderer's from its package. Each is read when it is first asked for, then kept. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileNames } from './own-routes.ts';

export interface Content {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

const own = path.join(import.meta.dirname, 'page');
const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';

type FileName = 'index.html' | (typeof fileNames)[number];

const files: Readonly<Record<FileName, { readonly type: string; readonly folder: () => string }>> = {
  'index.html': { type: 'text/html; charset=utf-8', folder: () => own },
  'page.css': { type: css, folder: () => own },
  'page.js': { type: javascript, folder: () => own },
  'swagger-ui.css': { type: css, folder: renderer },
  'swagger-ui-bundle.js': { type: javascript, folder: renderer },
};

const kept = new Map<FileName, Content>();

export const readPage = (): Promise<Content> => read('index.html');

/** Undefined: the page has no such file. */
export async function readAsset(name: string): Promise<Content | undefined> {
  const known = fileNames.find((one) => one === name);
  return known && read(known);
}

async function read(name: FileName): Promise<Content> {
  const { type, folder } = files[name];
  const content = kept.get(name) ?? toContent(type, await readFile(path.join(folder(), name)));
  kept.set(name, content);
  return content;
}

export function toContent(type: string, bytes: Buffer): Content {
  return { type, bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

function renderer(): string {
  const manifest = createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json');
  return path.join(path.dirname(manifest), 'static');
}
