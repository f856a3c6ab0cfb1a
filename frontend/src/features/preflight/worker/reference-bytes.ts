import type { ReferenceFile } from '../messages';

const CACHE = 'sillage-references';

/**
 * A reference of the challenge, fetched once: the next comparison takes it from the browser's cache, where its hash is part of
 * the address. Without a cache (a page that is not secure) it is fetched again.
 */
export async function referenceBytes(
  reference: ReferenceFile,
  onProgress: (fraction: number) => void,
): Promise<Blob> {
  const store = 'caches' in globalThis ? await caches.open(CACHE).catch(() => null) : null;
  const key = `${reference.url}?sha256=${reference.sha256}`;
  const kept = await store?.match(key);
  if (kept) return kept.blob();
  const response = await fetch(reference.url, { credentials: 'same-origin' });
  if (!response.ok || response.body === null)
    throw new Error(`${reference.name} cannot be fetched: the server answered ${response.status}.`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    onProgress(length / reference.sizeBytes);
  }
  if (length !== reference.sizeBytes)
    throw new Error(`${reference.name} came incomplete: ${length} of ${reference.sizeBytes} bytes.`);
  const blob = new Blob(parts);
  await store?.put(key, new Response(blob)).catch(() => undefined); // no room is no reason to stop
  return blob;
}
