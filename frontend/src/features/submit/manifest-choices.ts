import {
  FAMILIES,
  hasKey,
  MANIFEST_KEYS,
  MANIFEST_KINDS,
  sentence,
  SHARED_CHOICES,
  type Family,
  type ManifestArchitecture,
  type ManifestChoice,
} from '@sillage/fourdvarnet/families';

export const GUIDED_ARCHITECTURES = MANIFEST_KINDS.map(({ schema, form }) => ({
  id: schema.shape.architecture.value,
  name: form.name,
}));

/** What a key means, as the shell and the refusals say it. */
export function meaningOf(key: string): string {
  return MANIFEST_KEYS[key] === undefined ? '' : sentence(MANIFEST_KEYS[key]);
}

export const MANIFEST_CHOICES: readonly ManifestChoice[] = [
  ...FAMILIES.flatMap(({ form }: Family) => form.choices ?? []),
  ...SHARED_CHOICES,
];

/** Whether manifests of an architecture have the key of a choice. */
export function hasChoice(architecture: ManifestArchitecture, { key }: ManifestChoice): boolean {
  return hasKey(architecture, key.split('.')[0]!);
}

/** What stands in the form before anybody chose: the default of each key, or nothing where the checkpoint may say it. */
export const CHOICE_DEFAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  MANIFEST_CHOICES.map(({ key, options }) => [key, options[0]!.id]),
);
