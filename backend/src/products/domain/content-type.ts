import type { CitationName, DocumentName } from '@sillage/contracts';

const CONTENT_TYPES: Record<DocumentName | CitationName, string> = {
  'notebook.ipynb': 'application/x-ipynb+json',
  'receipt.json': 'application/json; charset=utf-8',
  'CITATION.cff': 'text/yaml; charset=utf-8',
  'datacite.json': 'application/vnd.datacite.datacite+json; charset=utf-8',
  'citation.bib': 'application/x-bibtex; charset=utf-8',
};

export function contentTypeOf(name: DocumentName | CitationName): string {
  return CONTENT_TYPES[name];
}
