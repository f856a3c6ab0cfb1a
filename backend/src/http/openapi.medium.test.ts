import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  responses: Record<string, unknown>;
};

describe('the description of the API', () => {
  it('describes every route in words, and refers to nothing that is not there', async () => {
    const { body } = await request(api.url).get('/api/openapi.json').expect(200);
    const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
    );
    expect(operations.length).toBeGreaterThan(25);
    expect(
      operations.filter(({ summary, description, tags }) => !summary || !description || !tags?.length),
    ).toEqual([]);
    const references = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((name) => !(name in body.components.schemas))).toEqual([]);
    expect(body.components.schemas.CreateSubmissionRequest.required).toEqual([
      'challenge',
      'tasks',
      'uploadId',
      'card',
    ]);
  });

  it('can be read in a browser under the content policy', async () => {
    const page = await request(api.url).get('/api/docs/').expect(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.headers['content-security-policy']).not.toContain('sandbox');
    expect(page.text).toContain('Sillage API');
    expect(page.text).not.toMatch(/<script>[^<]/);
    const [, script] = /<script src="\.?\/?([\w./-]*swagger-ui-init\.js)"/.exec(page.text) ?? [];
    expect(script).toBeDefined();
  });
});
