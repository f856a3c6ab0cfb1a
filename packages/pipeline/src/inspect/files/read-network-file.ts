import { readFile } from 'node:fs/promises';
import type { DatasetFile, FileRole } from '@sillage/contracts';
import { RejectionError } from '@sillage/checking';
import { bareReport } from './described-netcdf.js';
import type { FileReading, LocatedFile } from './file-reading.js';
import { finding, unreadableFinding } from '../findings/findings.js';

/** Bytes: a manifest is a page of YAML. */
const MAX_MANIFEST_BYTES = 2 ** 20;
/** Bytes of weights that are read into memory. */
const MAX_NETWORK_BYTES = 512 * 2 ** 20;

/** A checkpoint, an ONNX file or the manifest of one: read as what they are, and nothing of them is run. */
export async function readNetworkPart(
  file: LocatedFile,
  uses: DatasetFile[],
  role: FileRole,
): Promise<FileReading> {
  const base = { file, uses, role, samples: [], track: null, grid: null };
  try {
    const format = role === 'network' ? await networkFormat(file) : await manifestFormat(file);
    return { ...base, report: bareReport(file, uses, format), findings: [] };
  } catch (error) {
    const { ManifestError } = await import('@sillage/fourdvarnet');
    if (error instanceof RejectionError)
      return {
        ...base,
        report: bareReport(file, uses, 'unreadable'),
        findings: [unreadableFinding(error, file.path)],
      };
    if (!(error instanceof ManifestError)) throw error;
    return {
      ...base,
      report: bareReport(file, uses, 'text'),
      findings: [
        finding(
          'error',
          'unreadable',
          { path: file.path },
          {
            found: `${error.where}: ${error.found}`,
            needed: error.expected,
            fix: error.fix,
          },
        ),
      ],
    };
  }
}

async function networkFormat(file: LocatedFile): Promise<string> {
  const { isOnnxFile, readUploadedOnnx, readUploadedWeights } = await import('../../predict/index.js');
  if (isOnnxFile(file.localPath)) {
    readUploadedOnnx(file.localPath, file.path, MAX_NETWORK_BYTES);
    return 'ONNX';
  }
  const { format, network } = readUploadedWeights(file.localPath, file.path, MAX_NETWORK_BYTES);
  return `${format}, ${network.architecture}`;
}

async function manifestFormat(file: LocatedFile): Promise<string> {
  if (file.sizeBytes > MAX_MANIFEST_BYTES)
    throw new RejectionError({
      code: 'file-too-large',
      where: file.path,
      found: `${file.sizeBytes} bytes`,
      expected: `a manifest of at most ${MAX_MANIFEST_BYTES} bytes`,
      fix: 'Give the YAML text alone.',
    });
  const { isHydraConfig, parseYamlMapping, readHydraConfig } = await import('@sillage/fourdvarnet');
  const text = await readFile(file.localPath, 'utf8');
  const raw = parseYamlMapping(text, file.path);
  if (!isHydraConfig(raw)) return 'manifest (YAML)';
  readHydraConfig(text);
  return 'hydra configuration (YAML)';
}
