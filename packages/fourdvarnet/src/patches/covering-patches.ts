import type { Box } from '@sillage/contracts';
import type { PatchingManifest } from '../families/manifest-parts.js';
import { coveringAxis, type CoveringAxis } from './patch-plan.js';
import { reconstructionWeights } from './reconstruction-weights.js';

/** The keys of a manifest that lay patches. */
export type Patching = Pick<PatchingManifest, 'patch' | 'strides' | 'reconstruction_weight' | 'spacing_deg'>;

/** A node of the lattice that the network's nodes belong to, degrees. */
export type LatticeOrigin = {
  latDeg: number;
  lonDeg: number;
  /** Nodes of the dataset's grid in one step of the network, along an axis; 1: the network's nodes are the dataset's. */
  datasetNodes: number;
};

/** Patches along one axis, and the nodes that they must cover. */
export type CoveredNodes = { firstDeg: number; count: number; axis: CoveringAxis };

/**
 * Nodes by which the crop may give way at the outer edge of the grid. A box of 10° at 1/20° has 201 nodes, and the usual
 * patch of 240 with a crop of 20 leaves 200: without it four times the patches would be solved for one row and one column.
 */
const EDGE_RELIEF_NODES = 2;
/** Share of a step within which a node counts as lying on the edge of a box. */
const ON_EDGE = 1e-4;

/**
 * Patches that give every node of a box a value.
 *
 * @param origin - of the dataset's lattice; null: the network's own, from the south-western corner of the box.
 * @throws PatchPlanError where crop and strides leave gaps.
 */
export function coveringPatches(
  { patch, strides, reconstruction_weight: { crop }, spacing_deg: spacingDeg }: Patching,
  { south, north, west, east }: Box,
  origin: LatticeOrigin | null,
): { lat: CoveredNodes; lon: CoveredNodes } {
  // Nodes of the dataset are those that are scored; others must reach the edges of the box, to be interpolated between.
  const nodes = origin?.datasetNodes === 1 ? nodesWithin : nodesAround;
  const covered = (name: 'lat' | 'lon', found: LatticeNodes): CoveredNodes => ({
    ...found,
    axis: coveringAxis({
      covered: found.count,
      patch: patch[name],
      stride: strides[name],
      crop: crop[name],
      relief: Math.min(EDGE_RELIEF_NODES, crop[name]),
    }),
  });
  return {
    lat: covered('lat', nodes(south, north, origin?.latDeg ?? south, spacingDeg)),
    lon: covered('lon', nodes(west, east, origin?.lonDeg ?? west, spacingDeg)),
  };
}

/** @throws PatchPlanError where patches leave nothing to cover a map with, or leave gaps in one of the boxes. */
export function requireCovering(patching: Patching, boxes: readonly Box[]): void {
  reconstructionWeights(patching.reconstruction_weight, patching.patch);
  for (const box of boxes) coveringPatches(patching, box, null);
}

type LatticeNodes = { firstDeg: number; count: number };

/** The nodes of a lattice in a closed interval; those that lie next to its ends by less than a thousandth of a step too. */
function nodesWithin(firstDeg: number, lastDeg: number, originDeg: number, spacingDeg: number): LatticeNodes {
  const from = Math.ceil((firstDeg - originDeg) / spacingDeg - ON_EDGE);
  const to = Math.floor((lastDeg - originDeg) / spacingDeg + ON_EDGE);
  return { firstDeg: originDeg + from * spacingDeg, count: Math.max(1, to - from + 1) };
}

/** The fewest nodes of a lattice that have a closed interval between them. */
function nodesAround(firstDeg: number, lastDeg: number, originDeg: number, spacingDeg: number): LatticeNodes {
  const from = Math.floor((firstDeg - originDeg) / spacingDeg + ON_EDGE);
  const to = Math.ceil((lastDeg - originDeg) / spacingDeg - ON_EDGE);
  return { firstDeg: originDeg + from * spacingDeg, count: Math.max(1, to - from + 1) };
}
