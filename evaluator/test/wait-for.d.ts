/** Waits until `condition` holds; fails with what it was waiting for. */
export declare function waitFor(what: string, condition: () => boolean, limitMs?: number): Promise<void>;
//# sourceMappingURL=wait-for.d.ts.map