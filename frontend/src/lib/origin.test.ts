import { expect, test } from 'vitest';
import { originOf } from './origin';

test.each([
  {
    name: 'what the proxy in front says',
    headers: {
      'x-forwarded-host': 'sillage.example',
      'x-forwarded-proto': 'https,http',
      host: '127.0.0.1:3001',
    },
    origin: 'https://sillage.example',
  },
  {
    name: 'plain HTTP on the own machine',
    headers: { host: 'localhost:3000' },
    origin: 'http://localhost:3000',
  },
  { name: 'HTTPS anywhere else', headers: { host: 'sillage.example' }, origin: 'https://sillage.example' },
])('the origin is $name', ({ headers, origin }) => {
  expect(originOf(new Headers(headers as Record<string, string>))).toBe(origin);
});
