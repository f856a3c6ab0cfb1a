/**
 * Keeps the newest value per key. A value whose loading began before the last `forget` is given to those who wait for
 * it but not kept: it may be from before the change.
 */
export class BoardCache<Value> {
  readonly #values = new Map<string, Value>();
  readonly #loading = new Map<string, Promise<Value>>();
  #generation = 0;

  constructor(private readonly maxCount = 1_000) {}

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /** Callers that come while a value is loading share it. */
  load(key: string, make: () => Promise<Value>): Promise<Value> {
    const current = this.#loading.get(key);
    if (current !== undefined) return current;
    const generation = this.#generation;
    const loading = make()
      .then((value) => {
        if (generation === this.#generation) this.#keep(key, value);
        return value;
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }

  /** Puts a newer value in the place of one that is still kept. */
  replace(key: string, old: Value, value: Value): void {
    if (this.#values.get(key) === old) this.#values.set(key, value);
  }

  forget(isAffected: (value: Value) => boolean): void {
    this.#generation += 1;
    // Whoever asks from now on must not get what was read before.
    this.#loading.clear();
    for (const [key, value] of this.#values) if (isAffected(value)) this.#values.delete(key);
  }

  #keep(key: string, value: Value): void {
    this.#values.set(key, value);
    const oldest = this.#values.keys().next();
    if (this.#values.size > this.maxCount && !oldest.done) this.#values.delete(oldest.value);
  }
}
