import { formatBytes } from '../../lib/format-number';

const MAX_BYTES = 2_000_000_000;

/** What is wrong with the size of a file, before a byte of it is sent. */
export function tooLargeText(file: Pick<File, 'name' | 'size'>): string | null {
  if (file.size <= MAX_BYTES) return null;
  return `${file.name} has ${formatBytes(file.size)}; at most ${formatBytes(MAX_BYTES)} are accepted. Store it as float32 with compression.`;
}
