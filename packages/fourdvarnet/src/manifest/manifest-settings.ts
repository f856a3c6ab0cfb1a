import { MANIFEST_KEYS, type ManifestArchitecture } from '../families/families.js';
import { manifestKeysOf } from './manifest-keys.js';
import { parseYamlMapping } from './parse-manifest.js';
import { isHydraConfig, isMapping, type RawManifest } from './raw-manifest.js';
import { readHydraConfig } from './read-manifest-text.js';

/** A key of a manifest, what it is, and who says so. */
export type ManifestSetting = {
  key: string;
  value: unknown;
  /** The place in a hydra configuration, `the manifest`, `the checkpoint` or `the default`. */
  from: string;
};

/** A key that nothing tells. */
export type MissingSetting = {
  key: string;
  meaning: string;
  /** Why a configuration does not tell it, where there is more to say than that it does not stand there. */
  reason: string | null;
};

/**
 * All settings of a network, in the order of its manifest, and those that nobody tells.
 *
 * @param text - a manifest or a hydra configuration; null: none.
 * @throws ManifestError for a text that is no YAML, or names what is not built here.
 */
export function manifestSettings(
  { architecture }: { architecture: ManifestArchitecture },
  known: RawManifest,
  text: string | null,
): { settings: ManifestSetting[]; missing: MissingSetting[] } {
  const { stated, origins, reasons } = statedIn(text);
  const settings: ManifestSetting[] = [];
  const missing: MissingSetting[] = [];
  for (const { key, isRequired, defaultValue } of manifestKeysOf(architecture)) {
    if (key in stated) settings.push({ key, value: stated[key], from: origins.get(key) ?? 'the manifest' });
    else if (key in known) settings.push({ key, value: known[key], from: 'the checkpoint' });
    else if (isRequired || reasons.has(key))
      missing.push({ key, meaning: MANIFEST_KEYS[key]?.meaning ?? '', reason: reasons.get(key) ?? null });
    else if (defaultValue !== undefined) settings.push({ key, value: defaultValue, from: 'the default' });
  }
  return { settings, missing };
}

function statedIn(text: string | null): {
  stated: RawManifest;
  origins: ReadonlyMap<string, string>;
  reasons: ReadonlyMap<string, string>;
} {
  if (text === null) return { stated: {}, origins: new Map(), reasons: new Map() };
  const raw = parseYamlMapping(text, 'the manifest');
  if (!isHydraConfig(raw)) return { stated: raw, origins: new Map(), reasons: new Map() };
  const { manifest, origins, missing } = readHydraConfig(text);
  return { stated: manifest, origins, reasons: new Map(missing.map(({ key, reason }) => [key, reason])) };
}

/** A setting on one line, as a manifest has it. */
export function settingText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(settingText).join(', ')}]`;
  if (isMapping(value))
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${settingText(inner)}`)
      .join(', ')}}`;
  return String(value);
}
