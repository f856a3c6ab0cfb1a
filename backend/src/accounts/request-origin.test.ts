import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { isForeignWrite } from './request-origin.js';

const site = new URL('https://sillage.example');
const ask = (method: string, headers: Record<string, string | undefined>) =>
  isForeignWrite({ method, headers } as unknown as Request, site);

describe('isForeignWrite', () => {
  it.each([
    { name: 'reading', method: 'GET', headers: { origin: 'https://evil.example' }, foreign: false },
    {
      name: 'a page of the site',
      method: 'POST',
      headers: { origin: 'https://sillage.example' },
      foreign: false,
    },
    {
      name: 'a page of the site behind another name',
      method: 'POST',
      headers: { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' },
      foreign: false,
    },
    {
      name: 'a page of the site behind a gateway',
      method: 'POST',
      headers: { origin: 'http://10.0.0.1', host: 'backend:4000', 'x-forwarded-host': '10.0.0.1' },
      foreign: false,
    },
    {
      name: 'a browser that vouches for it',
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      foreign: false,
    },
    {
      name: 'another site',
      method: 'POST',
      headers: { origin: 'https://evil.example', host: 'sillage.example' },
      foreign: true,
    },
    {
      name: 'a sibling host',
      method: 'POST',
      headers: {
        origin: 'https://x.sillage.example',
        host: 'sillage.example',
        'sec-fetch-site': 'same-site',
      },
      foreign: true,
    },
    {
      name: 'another port',
      method: 'DELETE',
      headers: { origin: 'https://sillage.example:8443', host: 'sillage.example' },
      foreign: true,
    },
    {
      name: 'a sandboxed frame',
      method: 'POST',
      headers: { origin: 'null', host: 'sillage.example' },
      foreign: true,
    },
    { name: 'nobody', method: 'POST', headers: { host: 'sillage.example' }, foreign: true },
  ])('is $foreign for $name', ({ method, headers, foreign }) => {
    expect(ask(method, headers)).toBe(foreign);
  });
});
