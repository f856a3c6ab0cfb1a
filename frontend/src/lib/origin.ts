/** The address visitors use, for commands and snippets they copy: what the proxy in front says, else the host asked for. */
export function originOf(headers: { get: (name: string) => string | null }): string {
  const host = headers.get('x-forwarded-host') ?? headers.get('host') ?? 'localhost';
  const isLocal = /^(localhost|127\.|\[::1\])/.test(host);
  const protocol = headers.get('x-forwarded-proto')?.split(',')[0]?.trim() ?? (isLocal ? 'http' : 'https');
  return `${protocol}://${host}`;
}
