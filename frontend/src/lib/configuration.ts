/** Everything the frontend takes from its environment. Read on each call: the standalone server is built once and configured at start. */
export function apiBaseUrl(): string {
  return (process.env['SILLAGE_API_URL'] ?? 'http://127.0.0.1:4000').replace(/\/+$/, '');
}

/** A page that waits longer than that for the API says that the service does not answer: nobody waits for minutes. */
export function apiWaitMs(): number {
  const seconds = Number(process.env['SILLAGE_API_WAIT_S']);
  return seconds > 0 ? seconds * 1_000 : 8_000;
}

/** Whether visitors see the pages over https, by a proxy in front. */
export function isHttps(): boolean {
  return process.env['SILLAGE_PUBLIC_URL']?.startsWith('https:') === true;
}

export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development';
}
