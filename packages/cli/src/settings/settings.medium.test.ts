import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UploadState } from '../api/upload-state.js';
import { credentialsPath, serverSettings, storeToken } from './settings.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sillage-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('serverSettings', () => {
  test('is the local platform without a token when nothing is set', () => {
    expect(serverSettings({}, { HOME: home })).toEqual({ url: 'http://127.0.0.1:3000', token: null });
  });

  test('remembers a login, for its platform only', () => {
    storeToken('https://a.example.org', 'sil_a', { HOME: home });
    storeToken('https://b.example.org', 'sil_b', { HOME: home });
    expect(serverSettings({}, { HOME: home })).toEqual({ url: 'https://b.example.org', token: 'sil_b' });
    expect(serverSettings({ url: 'https://a.example.org/' }, { HOME: home }).token).toBe('sil_a');
    expect(serverSettings({ url: 'https://c.example.org' }, { HOME: home }).token).toBeNull();
  });

  test('lets the environment win over the login', () => {
    storeToken('https://a.example.org', 'sil_a', { HOME: home });
    const settings = serverSettings(
      {},
      { HOME: home, SILLAGE_URL: 'http://127.0.0.1:4000', SILLAGE_TOKEN: 'sil_env' },
    );
    expect(settings).toEqual({ url: 'http://127.0.0.1:4000', token: 'sil_env' });
  });

  test('keeps tokens where only their owner reads them', () => {
    const path = storeToken('https://a.example.org', 'sil_a', { HOME: home });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('refuses an address that is none', () => {
    expect(() => serverSettings({ url: 'sillage' }, { HOME: home })).toThrow(
      "'sillage' is not the address of a platform",
    );
  });

  test('says which file is damaged', () => {
    storeToken('https://a.example.org', 'sil_a', { HOME: home });
    writeFileSync(credentialsPath({ HOME: home }), '{');
    expect(() => serverSettings({}, { HOME: home })).toThrow('credentials.json is damaged');
  });
});

describe('UploadState', () => {
  test('remembers an upload by platform and content until it is forgotten', () => {
    const state = new UploadState({ HOME: home });
    state.remember('https://a', 'hash', 'https://a/api/uploads/1');
    expect(new UploadState({ HOME: home }).find('https://a', 'hash')).toBe('https://a/api/uploads/1');
    expect(state.find('https://b', 'hash')).toBeNull();
    state.forget('https://a', 'hash');
    expect(state.find('https://a', 'hash')).toBeNull();
  });

  test('does not grow without end', () => {
    const state = new UploadState({ HOME: home });
    for (let index = 0; index < 60; index += 1) state.remember('https://a', `hash-${index}`, 'url');
    expect(state.find('https://a', 'hash-0')).toBeNull();
    expect(state.find('https://a', 'hash-59')).toBe('url');
  });
});
