/** Everything the frontend takes from its environment. Read on each call: the standalone server is built once and configured at start. */
export function apiBaseUrl(): string {
  return (process.env['SILLAGE_API_URL'] ?? 'http://127.0.0.1:4000').replace(/\/+$/, '');
}

export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development';
}
