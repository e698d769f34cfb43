import type { IncomingMessage } from 'node:http';

/** Where the client reached us: the public URL if one is set, else the request's own host. No slash at the end. */
export function baseUrlOf(request: IncomingMessage, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl;
  const host = request.headers.host;
  if (host !== undefined && /^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/.test(host))
    return `http://${host}`;
  // HTTP/1.0, or a host that no link may carry: the address that the connection came to.
  const { localAddress = '127.0.0.1', localPort = 80 } = request.socket;
  return originOf(localAddress, localPort);
}

/** What a URL of an address begins with. */
export function originOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
