import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { citationText, dataCite, type CitedWork } from './citation.js';

const WORK: CitedWork = {
  title: 'Méthode "A" & B: sea surface height maps for Demo',
  abstract: 'Maps: daily. #1, of a kind.',
  creators: [
    { name: 'Ada Lovelace', orcid: '0000-0002-1825-0097' },
    { name: 'O’Ceán_Group', orcid: null },
  ],
  url: 'https://sillage.example/submissions/3d6f0a58-6d6c-4d0e-9a53-0f6f4f1f8a11',
  id: '3d6f0a58-6d6c-4d0e-9a53-0f6f4f1f8a11',
  version: null,
  date: '2026-11-20',
  licence: 'CC-BY-4.0',
  keywords: ['sea surface height'],
  platformUrl: 'https://sillage.example',
  related: [
    { relation: 'IsDerivedFrom', url: 'https://sillage.example/challenges/demo', title: 'Demo' },
    { relation: 'IsDescribedBy', url: 'https://doi.org/10.1029/2019JC015827', title: 'paper' },
  ],
  places: [{ name: 'Gulf Stream', box: { west: -65, east: -55, south: 33, north: 43 } }],
  period: { start: '2012-10-22', end: '2012-12-02' },
};

describe('CITATION.cff', () => {
  it('has the keys that the Citation File Format 1.2.0 requires, and values of its forms', () => {
    const file = parse(citationText(WORK, 'CITATION.cff')) as Record<string, unknown>;
    for (const key of ['cff-version', 'message', 'title', 'authors']) expect(file).toHaveProperty([key]);
    expect(file).toMatchObject({
      'cff-version': '1.2.0',
      type: 'dataset', // software or dataset
      title: WORK.title,
      abstract: WORK.abstract,
      'date-released': '2026-11-20',
      license: 'CC-BY-4.0',
      authors: [
        { name: 'Ada Lovelace', orcid: 'https://orcid.org/0000-0002-1825-0097' },
        { name: 'O’Ceán_Group' },
      ],
      identifiers: [{ type: 'url', value: WORK.url }],
    });
    const known = new Set(
      'abstract authors cff-version commit contact date-released doi identifiers keywords license license-url message preferred-citation references repository repository-artifact repository-code title type url version'.split(
        ' ',
      ),
    );
    expect(Object.keys(file).filter((key) => !known.has(key))).toEqual([]);
  });

  it('leaves out a licence that is no SPDX identifier', () => {
    const file = parse(citationText({ ...WORK, licence: 'ask the author' }, 'CITATION.cff')) as object;
    expect(file).not.toHaveProperty('license');
  });
});

describe('datacite.json', () => {
  const record = dataCite(WORK);

  it('has what the schema 4.5 requires (all but the DOI, which the repository gives)', () => {
    expect(record).toMatchObject({
      schemaVersion: 'http://datacite.org/schema/kernel-4',
      publicationYear: expect.stringMatching(/^\d{4}$/),
      publisher: { name: 'Sillage' },
      titles: [{ title: WORK.title }],
      types: { resourceTypeGeneral: 'Dataset' },
    });
    expect(record.creators).toEqual([
      {
        name: 'Ada Lovelace',
        nameType: 'Personal',
        nameIdentifiers: [
          {
            nameIdentifier: 'https://orcid.org/0000-0002-1825-0097',
            nameIdentifierScheme: 'ORCID',
            schemeUri: 'https://orcid.org',
          },
        ],
      },
      { name: 'O’Ceán_Group' },
    ]);
  });

  /** Enumerations and keys of DataCite 4.5, https://datacite-metadata-schema.readthedocs.io/en/4.5/. */
  const ALLOWED = {
    keys: 'doi types creators titles publisher publicationYear subjects contributors dates language alternateIdentifiers relatedIdentifiers relatedItems sizes formats version rightsList descriptions geoLocations fundingReferences schemaVersion container',
    dateType:
      'Accepted Available Copyrighted Collected Created Issued Submitted Updated Valid Withdrawn Other',
    relatedIdentifierType:
      'ARK arXiv bibcode DOI EAN13 EISSN Handle IGSN ISBN ISSN ISTC LISSN LSID PMID PURL UPC URL URN w3id',
    relationType:
      'IsCitedBy Cites IsCollectedBy Collects IsSupplementTo IsSupplementedBy IsContinuedBy Continues IsDescribedBy Describes HasMetadata IsMetadataFor HasVersion IsVersionOf IsNewVersionOf IsPartOf IsPreviousVersionOf IsPublishedIn HasPart IsReferencedBy References IsDocumentedBy Documents IsCompiledBy Compiles IsVariantFormOf IsOriginalFormOf IsIdenticalTo IsReviewedBy Reviews IsDerivedFrom IsSourceOf IsRequiredBy Requires IsObsoletedBy Obsoletes',
    descriptionType: 'Abstract Methods SeriesInformation TableOfContents TechnicalInfo Other',
  };
  const isAllowed = (kind: keyof typeof ALLOWED, value: unknown): boolean =>
    ALLOWED[kind].split(' ').includes(String(value));

  it('uses the words of the schema only', () => {
    expect(Object.keys(record).filter((key) => !isAllowed('keys', key))).toEqual([]);
    const lists: [string, keyof typeof ALLOWED][] = [
      ['dates', 'dateType'],
      ['relatedIdentifiers', 'relatedIdentifierType'],
      ['relatedIdentifiers', 'relationType'],
      ['descriptions', 'descriptionType'],
    ];
    for (const [list, property] of lists) {
      const entries = record[list] as Record<string, unknown>[];
      expect(entries.length).toBeGreaterThan(0);
      for (const entry of entries)
        expect(isAllowed(property, entry[property]), `${property} ${String(entry[property])}`).toBe(true);
    }
  });

  it('names a related work by its DOI where it has one', () => {
    expect(record.relatedIdentifiers).toEqual([
      {
        relatedIdentifier: 'https://sillage.example/challenges/demo',
        relatedIdentifierType: 'URL',
        relationType: 'IsDerivedFrom',
      },
      {
        relatedIdentifier: '10.1029/2019JC015827',
        relatedIdentifierType: 'DOI',
        relationType: 'IsDescribedBy',
      },
    ]);
  });
});

test('BibTeX escapes what TeX would read as commands', () => {
  const text = citationText({ ...WORK, title: '50% of {x} \\input & $y_1$' }, 'citation.bib');
  expect(text).toContain(String.raw`title = {{50\% of \{x\} \textbackslash{}input \& \$y\_1\$}}`);
  expect(text).toContain(String.raw`author = {{Ada Lovelace} and {O’Ceán\_Group}}`);
  expect(text).toMatch(/^@misc\{sillage-3d6f0a58/);
});
