/** A manifest before it is checked: what YAML says. */
export type RawManifest = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is RawManifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `.hydra/config.yaml` of the code bases has at the top, and no manifest has. */
const HYDRA_BLOCKS = ['model', 'datamodule', 'params', 'trainer', 'lit_mod'];

/** Whether a mapping is a configuration of hydra rather than a manifest. */
export function isHydraConfig(mapping: RawManifest): boolean {
  return mapping['architecture'] === undefined && HYDRA_BLOCKS.some((block) => isMapping(mapping[block]));
}
