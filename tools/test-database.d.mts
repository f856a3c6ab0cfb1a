/** Types of test-database.mjs for the TypeScript tests that import it. */
export type TestDatabase = { url: string; drop: () => Promise<void> };
export declare const TEST_DATABASE_PASSWORD: string;
export declare function createTestDatabase(): Promise<TestDatabase>;
