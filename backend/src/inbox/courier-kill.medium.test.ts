import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  challengeDefinition,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ENTRIES = 6;

let database: TestDatabase;
let api: TestApi;
let folder: string;
const accepted: string[] = [];
let onMail: () => void = () => undefined;
const sink = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onData: (stream, _session, answer) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const name = /^Message-ID:\s*(<[^>]+>)/im.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? '';
      accepted.push(name);
      answer();
      onMail();
    });
  },
});
sink.on('error', () => undefined);

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'sillage-courier-'));
  // Tells nothing itself: its rounds are an hour apart.
  api = await startTestApi(database.url, { environment: { SILLAGE_REAPER_INTERVAL_S: '3600' } });
});
afterAll(async () => {
  await api?.close();
  sink.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

function startCourier(smtpUrl: string): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      SILLAGE_API_PORT: '0',
      SILLAGE_STORE_DIR: path.join(folder, 'objects'),
      SILLAGE_UPLOAD_DIR: path.join(folder, 'uploads'),
      SILLAGE_REAPER_INTERVAL_S: '0.05',
      SILLAGE_SMTP_URL: smtpUrl,
      SILLAGE_MAIL_FROM: 'Sillage <board@sillage.test>',
    },
    stdio: 'ignore',
  });
}

it('loses nothing and tells nothing twice when its process is killed after any mail', async () => {
  const listener = sink.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const smtpUrl = `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const ada = await registerParticipant(api, 'Ada');
  await api.dataSource.query('update accounts set email_verified_at = now() where id = $1', [ada.id]);
  const definition = await registerChallenge(api, challengeDefinition({ disclosure: 'practice' }));
  for (let count = 0; count < ENTRIES; count += 1) await submit(api, ada, definition);
  await scoreEverything(api);
  const [waiting] = await api.dataSource.query('select count(*)::int as count from outbox_events');
  expect(waiting.count).toBe(ENTRIES);

  // Killed as soon as the server has said yes, at the first and again at the third mail.
  for (const deadly of [1, 3]) {
    const courier = startCourier(smtpUrl);
    const died = once(courier, 'exit');
    onMail = () => {
      if (accepted.length >= deadly) courier.kill('SIGKILL');
    };
    await died;
  }
  onMail = () => undefined;
  const last = startCourier(smtpUrl);
  const ended = once(last, 'exit');
  await expect
    .poll(async () => {
      const [row] = await api.dataSource.query(
        `select (select count(*) from mails where state = 'sent')::int as sent,
             (select count(*) from outbox_events)::int as left`,
      );
      return row;
    })
    .toEqual({ sent: ENTRIES, left: 0 });
  last.kill('SIGTERM');
  await ended;

  const [told] = await api.dataSource.query(
    'select count(*)::int as count, count(distinct about)::int as evaluations from notifications',
  );
  expect(told).toEqual({ count: ENTRIES, evaluations: ENTRIES });
  // A mail whose process died between the server's yes and the commit comes again, under its first name: one mail to readers.
  expect(new Set(accepted).size).toBe(ENTRIES);
  expect(accepted.length - ENTRIES).toBeLessThanOrEqual(2);
});
