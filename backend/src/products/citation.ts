import type { Box, CitationName, Period } from '@sillage/contracts';
import { stringify } from 'yaml';

/** Somebody who is named in a citation. */
export type CitedPerson = {
  name: string;
  /** `0000-0002-1825-0097`, where the account has one. */
  orcid: string | null;
};

/** What a citation is of: a submission or a challenge. */
export type CitedWork = {
  title: string;
  abstract: string;
  creators: readonly CitedPerson[];
  /** The page of the work, and what it is called in the platform. */
  url: string;
  id: string;
  version: string | null;
  /** First made public, `YYYY-MM-DD`. */
  date: string;
  licence: string;
  keywords: readonly string[];
  platformUrl: string;
  /** What the work is made from, or explained by. */
  related: readonly RelatedWork[];
  places: readonly { name: string; box: Box }[];
  period: Period;
};

export type RelatedWork = {
  relation: 'IsDerivedFrom' | 'IsSupplementedBy' | 'IsDescribedBy' | 'References';
  url: string;
  title: string;
};

const PUBLISHER = 'Sillage';
const DOI = /\b10\.\d{4,9}\/[^\s"<>]+/;
const SPDX = /^[A-Za-z0-9.+-]+$/;

export function citationText(work: CitedWork, name: CitationName): string {
  switch (name) {
    case 'CITATION.cff':
      return citationFile(work);
    case 'datacite.json':
      return `${JSON.stringify(dataCite(work), null, 2)}\n`;
    case 'citation.bib':
      return bibTeX(work);
  }
}

/**
 * Source: Citation File Format 1.2.0, https://citation-file-format.github.io.
 */
function citationFile(work: CitedWork): string {
  const isSpdx = SPDX.test(work.licence);
  return stringify(
    {
      'cff-version': '1.2.0',
      message: 'If you use these data, please cite them as below.',
      type: 'dataset',
      title: work.title,
      abstract: work.abstract,
      // One name as its owner writes it: which part is the family name is not known.
      authors: work.creators.map(({ name, orcid }) => ({
        name,
        ...(orcid === null ? {} : { orcid: `https://orcid.org/${orcid}` }),
      })),
      ...(work.version === null ? {} : { version: work.version }),
      'date-released': work.date,
      url: work.url,
      ...(isSpdx ? { license: work.licence } : {}),
      keywords: [...work.keywords],
      identifiers: [{ type: 'url', value: work.url, description: `The page on ${PUBLISHER}` }],
    },
    { lineWidth: 0 },
  );
}

/**
 * Metadata by the DataCite schema 4.5. There is no `doi`: whoever deposits the work is given one.
 * Source: https://datacite-metadata-schema.readthedocs.io/en/4.5/, in the JSON form of the DataCite REST API.
 */
export function dataCite(work: CitedWork): Record<string, unknown> {
  return {
    types: { resourceType: 'Gridded sea surface height', resourceTypeGeneral: 'Dataset' },
    creators: work.creators.map(({ name, orcid }) => ({
      name,
      ...(orcid === null
        ? {}
        : {
            nameType: 'Personal',
            nameIdentifiers: [
              {
                nameIdentifier: `https://orcid.org/${orcid}`,
                nameIdentifierScheme: 'ORCID',
                schemeUri: 'https://orcid.org',
              },
            ],
          }),
    })),
    titles: [{ title: work.title }],
    publisher: { name: PUBLISHER },
    publicationYear: work.date.slice(0, 4),
    subjects: work.keywords.map((subject) => ({ subject })),
    dates: [
      { date: work.date, dateType: 'Issued' },
      {
        date: `${work.period.start}/${work.period.end}`,
        dateType: 'Other',
        dateInformation: 'days of the maps',
      },
    ],
    language: 'en',
    alternateIdentifiers: [
      { alternateIdentifier: work.url, alternateIdentifierType: 'URL' },
      { alternateIdentifier: work.id, alternateIdentifierType: PUBLISHER },
    ],
    relatedIdentifiers: work.related.map(({ relation, url }) => {
      const doi = DOI.exec(url)?.[0];
      return {
        relatedIdentifier: doi ?? url,
        relatedIdentifierType: doi === undefined ? 'URL' : 'DOI',
        relationType: relation,
      };
    }),
    ...(work.version === null ? {} : { version: work.version }),
    rightsList: [
      SPDX.test(work.licence)
        ? {
            rights: work.licence,
            rightsIdentifier: work.licence,
            rightsIdentifierScheme: 'SPDX',
            schemeUri: 'https://spdx.org/licenses/',
          }
        : { rights: work.licence },
    ],
    descriptions: [{ description: work.abstract, descriptionType: 'Abstract' }],
    geoLocations: work.places.map(({ name, box }) => ({
      geoLocationPlace: name,
      geoLocationBox: {
        westBoundLongitude: box.west,
        eastBoundLongitude: box.east,
        southBoundLatitude: box.south,
        northBoundLatitude: box.north,
      },
    })),
    schemaVersion: 'http://datacite.org/schema/kernel-4',
  };
}

function bibTeX(work: CitedWork): string {
  const fields = [
    ['author', work.creators.map(({ name }) => `{${texText(name)}}`).join(' and ')],
    ['title', `{${texText(work.title)}}`],
    ['year', work.date.slice(0, 4)],
    ['publisher', PUBLISHER],
    ['howpublished', String.raw`\url{` + work.url.replaceAll(/[{}\\]/g, '') + '}'],
    ...(work.version === null ? [] : [['version', texText(work.version)] as const]),
    ['note', texText(`Data set, licence ${work.licence}`)],
  ];
  return `@misc{sillage-${work.id},\n${fields.map(([name, value]) => `  ${name} = {${value}},`).join('\n')}\n}\n`;
}

const TEX: Record<string, string> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
};

function texText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\~^]|[{}$&#%_]/g, (character) => TEX[character] ?? `\\${character}`);
}
