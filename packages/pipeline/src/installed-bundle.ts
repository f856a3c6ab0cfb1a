import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `tools/bundle-services.mjs` writes beside the modules of a bundle. */
export const BUNDLE_MANIFEST = 'bundle.json';

/** The modules that a bundle was made of, relative to the installation, and one SHA-256 over their names and contents. */
export type BundleManifest = { files: string[]; sha256: string };

/** One SHA-256 over the names and contents of files below a folder, in the order given. */
export function hashOfFiles(root: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * A module of a bundle, for a process that shall start fast; null where there is no bundle, or one made of other code than is
 * installed now: a build without the bundling must not leave the code before it in use, unseen.
 */
export function entryOfBundle(installationFolder: string, bundleFolder: string, name: string): string | null {
  const folder = join(installationFolder, bundleFolder);
  try {
    const { files, sha256 } = JSON.parse(
      readFileSync(join(folder, BUNDLE_MANIFEST), 'utf8'),
    ) as BundleManifest;
    return hashOfFiles(installationFolder, files) === sha256 ? join(folder, name) : null;
  } catch {
    return null; // not bundled, or a module of it is gone
  }
}
