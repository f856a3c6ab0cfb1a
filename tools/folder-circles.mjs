// Folders that import each other. dependency-cruiser has rules for folders, but they cannot leave out tests, and an import
// of a folder's own folder (`b/domain`) does not count as one of the folder (`b`).
import path from 'node:path';
import ts from 'typescript';

/** @typedef {import('./repository-checks.mjs').TrackedFile} TrackedFile */
/** @typedef {Map<string, Map<string, string[]>>} Graph from a folder to those that it imports, with the imports */

const TEST = /[.]test[.]tsx?$|\/testing\//;

/**
 * Folders directly in `source`, each with all that lies in it. Tests do not count, nor do files beside the folders, which
 * compose them.
 * @param {TrackedFile[]} files
 * @param {string} source like `backend/src`
 * @returns {string[]} problems: circles that share no folder, the shortest first, each with the imports that make it
 */
export function folderCircles(files, source) {
  const graph = folderImports(files, source);
  const told = new Set();
  const problems = [];
  const circles = [...graph.keys()].flatMap((folder) => shortestCircle(graph, folder));
  for (const circle of circles.sort((left, right) => left.length - right.length)) {
    if (circle.some((folder) => told.has(folder))) continue;
    for (const folder of circle) told.add(folder);
    const imports = circle.slice(1).flatMap((to, index) => graph.get(circle[index] ?? '')?.get(to) ?? []);
    problems.push(
      [
        `${source}: the folders ${circle.join(' → ')} are a circle. Move what they share to a folder below them, or join them.`,
        ...imports.map((line) => `  ${line}`),
      ].join('\n'),
    );
  }
  return problems;
}

/**
 * @param {TrackedFile[]} files
 * @param {string} source
 * @returns {Graph}
 */
function folderImports(files, source) {
  /** @type {Graph} */
  const graph = new Map();
  const folderOf = (/** @type {string} */ file) =>
    file.startsWith(`${source}/`) ? /^([^/]+)\//.exec(file.slice(source.length + 1))?.[1] : undefined;
  for (const { file, text } of files) {
    const from = folderOf(file);
    if (from === undefined || !/[.]tsx?$/.test(file) || TEST.test(file)) continue;
    for (const { fileName, pos } of ts.preProcessFile(text).importedFiles) {
      const to = folderOf(path.posix.join(path.posix.dirname(file), fileName));
      if (!fileName.startsWith('.') || to === undefined || to === from) continue;
      const targets = graph.get(from) ?? new Map();
      const line = text.slice(0, pos).split('\n').length;
      graph.set(from, targets.set(to, [...(targets.get(to) ?? []), `${file}:${line} imports ${fileName}`]));
    }
  }
  return graph;
}

/**
 * @param {Graph} graph
 * @param {string} start
 * @returns {string[][]} none, or the one that begins and ends at `start`
 */
function shortestCircle(graph, start) {
  const seen = new Set();
  let paths = [[start]];
  while (paths.length > 0) {
    const longer = [];
    for (const way of paths) {
      for (const next of graph.get(way.at(-1) ?? '')?.keys() ?? []) {
        if (next === start) return [[...way, start]];
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...way, next]);
      }
    }
    paths = longer;
  }
  return [];
}
