import pg from 'pg';

/** Apart from the other advisory locks of this database. */
const LOCK_CLASS = 0x5e551;

/**
 * Locks between API processes that last longer than a transaction, all on one connection. They end with the process, however it
 * ends; when the connection breaks, whoever holds one is told. Within this process they exclude nobody.
 */
export class SessionLocks {
  readonly #holders = new Map<string, () => void>();
  #connecting: Promise<pg.Client> | null = null;

  constructor(private readonly databaseUrl: string) {}

  /** Never waits. @param onLost - another process may take the lock from now on. */
  async tryLock(name: string, onLost: () => void): Promise<boolean> {
    const client = await this.#connected();
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2)) as locked',
      [LOCK_CLASS, name],
    );
    if (rows[0]?.locked !== true) return false;
    this.#holders.set(name, onLost);
    return true;
  }

  async unlock(name: string): Promise<void> {
    // One that was lost with its connection is free already.
    if (!this.#holders.delete(name)) return;
    const client = await this.#connected();
    await client.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, name]);
  }

  async stop(): Promise<void> {
    const client = await this.#connecting?.catch(() => null);
    await client?.end().catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.databaseUrl, application_name: 'sillage-locks' });
    client.on('error', () => client.end().catch(() => undefined));
    client.once('end', () => this.#lose());
    try {
      await client.connect();
    } catch (error) {
      this.#connecting = null;
      throw error;
    }
    return client;
  }

  #lose(): void {
    this.#connecting = null;
    const holders = [...this.#holders.values()];
    this.#holders.clear();
    for (const tell of holders) tell();
  }
}
