/** The preload that a process under Node's permission model needs to read NetCDF-4: `--import=${SANDBOX_SHIM_URL}`. */
export const SANDBOX_SHIM_URL: string = new URL('../sandbox-shim.mjs', import.meta.url).href;
