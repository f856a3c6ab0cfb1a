/** Types of embedded-postgres.mjs for the TypeScript tests that import it. */
export type PostgresOptions = {
  folder: string;
  port?: number;
  user?: string;
  password: string;
  database?: string;
  isDurable?: boolean;
  logFile?: string;
  say?: (line: string) => void;
};
export type RunningPostgres = {
  adopted: boolean;
  port: number;
  pid: number;
  dataFolder: string;
  logFile: string;
  url: string;
  urlOf: (database: string) => string;
  stop: () => Promise<void>;
};
export declare class EmbeddedPostgresError extends Error {
  tag: 'embedded-postgres';
}
export declare function ensurePostgres(options: PostgresOptions): Promise<RunningPostgres>;
export declare function isPostgresRunning(folder: string): boolean;
export declare function stopPostgres(folder: string): Promise<boolean>;
/** For tests that have no driver of their own. */
export declare function runStatement(url: string, statement: string): Promise<Record<string, unknown>[]>;
