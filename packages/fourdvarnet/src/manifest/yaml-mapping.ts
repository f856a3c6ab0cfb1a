import { isMap, isNode, isScalar, Lexer, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { MAX_MANIFEST_CHARACTERS } from '@sillage/contracts/network-limits';

/** Words and signs of a text. Our manifests have 260, our largest challenge 4,800. */
const MAX_TOKENS = 6_000;
/** Anchors that a text may repeat: a page needs none, and ten of ten references each are a bomb. */
const MAX_ALIASES = 20;

export type YamlReading =
  | { isMapping: true; mapping: Readonly<Record<string, unknown>> }
  /** `isYaml`: something else than a mapping, a list for example. */
  | { isMapping: false; isYaml: boolean; found: string };

/**
 * The mapping at the top of a YAML text; no tag of it is resolved to anything but data. Reads what a stranger has written: in
 * linear time, and no text for longer than some 50 ms.
 */
export function readYamlMapping(text: string): YamlReading {
  const refused = (found: string, isYaml = false): YamlReading => ({ isMapping: false, isYaml, found });
  if (text.length > MAX_MANIFEST_CHARACTERS)
    return refused(
      `${text.length} characters, more than the ${MAX_MANIFEST_CHARACTERS} of the longest manifest`,
    );
  if (hasMoreTokens(text, MAX_TOKENS))
    return refused(`more than ${MAX_TOKENS} words and signs, more than the longest manifest has`);
  let content: unknown;
  try {
    const lineCounter = new LineCounter();
    // The library compares every key with every other one, and finds the place of every error: seconds for a page of them.
    const document = parseDocument(text, {
      schema: 'core',
      prettyErrors: false,
      uniqueKeys: false,
      lineCounter,
    });
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return refused(`${firstLine(error.message)} at line ${line}, column ${col}`);
    }
    const fault = structureFault(document);
    if (fault !== null) return refused(fault);
    if (!isMap(document.contents)) {
      const { contents } = document;
      const isNothing = contents === null || (isScalar(contents) && contents.value === null);
      return refused(isNothing ? 'nothing' : isScalar(contents) ? 'a single value' : 'a list', true);
    }
    content = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    return refused(firstLine(error instanceof Error ? error.message : String(error)));
  }
  return { isMapping: true, mapping: content as Readonly<Record<string, unknown>> };
}

function hasMoreTokens(text: string, limit: number): boolean {
  let count = 0;
  for (const _token of new Lexer().lex(text)) {
    count += 1;
    if (count > limit) return true;
  }
  return false;
}

/**
 * What makes a text of valid YAML mean nothing certain, or far more than it says: a key that stands twice, a key that is itself
 * a list or a mapping (the library writes each level of those anew), many aliases, or one of a list in itself, which has no end.
 */
function structureFault(document: Document): string | null {
  let fault: string | null = null;
  let aliasCount = 0;
  visit(document, {
    Alias: (_, { source }, path) => {
      aliasCount += 1;
      if (path.some((node) => isNode(node) && 'anchor' in node && node.anchor === source)) {
        fault = `the alias '*${source.slice(0, 100)}' inside of what it stands for`;
        return visit.BREAK;
      }
      if (aliasCount <= MAX_ALIASES) return undefined;
      fault = `more than ${MAX_ALIASES} aliases`;
      return visit.BREAK;
    },
    Map: (_, { items }) => {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (key !== null && !isScalar(key)) {
          fault = 'a key that is not a word or a number';
          return visit.BREAK;
        }
        const name = String(key === null ? null : key.value);
        if (seen.has(name)) {
          fault = `the key '${name.slice(0, 100)}' stands twice`;
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return fault;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}
