/** How many patches run together, and how long each is along lat and lon. */
export type PatchBatch = { readonly batch: number; readonly lat: number; readonly lon: number };
