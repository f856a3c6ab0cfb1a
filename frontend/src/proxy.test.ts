import { NextRequest } from 'next/server';
import { afterEach, expect, test, vi } from 'vitest';
import { proxy } from './proxy';

afterEach(() => vi.unstubAllEnvs());

test.each([
  { publicUrl: 'https://sillage.example.org', hsts: 'max-age=31536000; includeSubDomains' },
  { publicUrl: 'http://localhost:3000', hsts: null },
])('pages at $publicUrl ask browsers for https: $hsts', async ({ publicUrl, hsts }) => {
  vi.stubEnv('SILLAGE_PUBLIC_URL', publicUrl);
  // A page that does not need the API.
  const { headers } = await proxy(new NextRequest('http://127.0.0.1/about/scores'));
  expect(headers.get('strict-transport-security')).toBe(hsts);
});
