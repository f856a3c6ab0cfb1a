/** A manifest is a page of YAML; a hydra configuration is a few. */
export const MAX_MANIFEST_CHARACTERS = 65_536;

/** Some two hundred times a checkpoint of the field, optimizer included. */
export const MAX_NETWORK_FILE_BYTES = 2 ** 30;

/** Ten times the largest public network of the field has fourteen million. */
export const MAX_NETWORK_PARAMETERS = 50_000_000;
