/** A database of its own for one test file: `createTestDatabase` of tools/test-database.mjs, a plain module outside of this package. */
export type TestDatabase = { url: string; drop: () => Promise<void> };

export async function createTestDatabase(): Promise<TestDatabase> {
  const tool = new URL('../../../tools/test-database.mjs', import.meta.url).href;
  const { createTestDatabase: create } = (await import(
    tool
  )) as typeof import('../../../tools/test-database.mjs');
  return create();
}
