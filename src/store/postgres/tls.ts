import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** As libpq has them; `allow` is left out: it says nothing that `prefer` does not. */
export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** Paths of PEM files. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** How TLS is spoken in a mode; `undefined`: not at all. What cannot be read is a fault. */
export function tlsOf(mode: SslMode, files: TlsFiles, faults: string[]): ConnectionOptions | undefined {
  const [ca, cert, key] = [
    // The certificates that this machine trusts.
    files.ca === 'system' ? undefined : read('sslrootcert', files.ca, faults),
    read('sslcert', files.certificate, faults),
    read('sslkey', files.key, faults),
  ];
  if ((files.certificate === undefined) !== (files.key === undefined)) faults.push('sslcert and sslkey go together');
  if (mode === 'verify-ca' && files.ca === undefined) faults.push('sslmode=verify-ca needs sslrootcert');
  if (mode === 'disable') return undefined;
  // Whoever names a root under `require` means it.
  const isChecked = mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && files.ca !== undefined);
  return {
    rejectUnauthorized: isChecked,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert, key }),
    ...(isChecked && mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
}

function read(name: string, file: string | undefined, faults: string[]): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    faults.push(`${name} cannot be read (${error instanceof Error ? error.message : error})`);
    return undefined;
  }
}
