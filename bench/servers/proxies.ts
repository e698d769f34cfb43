/** What stands in front of a provider: nginx, and a proxy of the usual library; and the provider itself. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installPeers, peerFile } from './peers.ts';
import { Server } from './server.ts';

export function startProvider(folder: string): Promise<Server> {
  return Server.start({
    command: [process.execPath, path.join(import.meta.dirname, 'provider-server.ts'), '{PORT}'],
    log: path.join(folder, 'provider.log'),
    ready: '/',
  });
}

/** Why there is no nginx to measure against; `undefined`: there is one. */
export function nginxIsMissing(): string | undefined {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'nginx is not installed';
  }
}

export function startNginx(data: string, provider: Server): Promise<Server> {
  // Its own paths are relative to its prefix.
  const folder = path.resolve(data);
  const file = path.join(folder, 'nginx.conf');
  return Server.start({
    command: ['nginx', '-p', folder, '-c', file, '-e', path.join(folder, 'nginx.log')],
    config: { file, text: nginxConfig(folder, provider.port) },
    log: path.join(folder, 'nginx.log'),
    ready: '/',
  });
}

/** One worker, as the others have one thread; connections to the provider are kept, and bodies stay in memory. */
function nginxConfig(folder: string, provider: number): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
${temp.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  keepalive_requests 1000000;
  upstream provider { server 127.0.0.1:${provider}; keepalive 128; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:{PORT};
    client_body_buffer_size 64k;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffer_size 16k;
      proxy_buffers 16 16k;
    }
  }
}
`;
}

export function startHttpProxy(folder: string, provider: Server): Promise<Server> {
  installPeers();
  const script = path.join(import.meta.dirname, 'http-proxy-server.ts');
  return Server.start({
    command: [process.execPath, script, '{PORT}', `http://127.0.0.1:${provider.port}`, peerFile('x.js')],
    env: { NODE_ENV: 'production' },
    log: path.join(folder, 'http-proxy.log'),
    ready: '/',
  });
}
