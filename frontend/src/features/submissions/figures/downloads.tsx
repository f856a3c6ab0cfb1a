import {
  isAlongTrackProtocol,
  type ArtefactName,
  type CitationName,
  type DocumentList,
  type DocumentName,
  type EvaluationView,
  type SubmissionView,
} from '@sillage/contracts';
import { CodeBlock } from '../../../components/code-block';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatBytes } from '../../../lib/format-number';
import { apiPaths } from '@sillage/client';
import { pythonCommands, shellCommands } from '../commands';
import styles from './downloads.module.css';
import { useLoaded } from '../use-loaded';

type ProductName = ArtefactName | DocumentName | CitationName;
type Product = { name: string; url: string; sizeBytes: number; text: string };

const TEXTS: Partial<Record<ProductName, string>> = {
  'scored.nc': 'The reconstruction as it was scored, on the grid of the reference, in NetCDF',
  'figures.zip': 'Figures for a paper as SVG, with the numbers behind each as CSV',
  'notebook.ipynb':
    'Python that downloads the public files, computes the score from its formulas and asserts that it is this one',
  'receipt.json':
    'Signed: hashes of the file and of the data, protocol, version of the scorer, every metric; for sillage verify',
  'CITATION.cff': 'Citation File Format, as GitHub and Zenodo read it',
  'citation.bib': 'BibTeX',
  'datacite.json': 'Metadata for a DOI, DataCite 4.5',
  'diagnostics.json': 'The curves: daily RMSE and spectra',
  'statistics.json': 'Sums over each day and latitude, from which the scores can be computed again',
};

const GROUPS: readonly { title: string; names: readonly ProductName[] }[] = [
  { title: 'Maps and figures', names: ['scored.nc', 'figures.zip'] },
  { title: 'Check the score', names: ['notebook.ipynb', 'receipt.json'] },
  { title: 'Cite it', names: ['CITATION.cff', 'citation.bib', 'datacite.json'] },
  { title: 'Numbers behind it', names: ['diagnostics.json', 'statistics.json'] },
];

const loadDocuments = (evaluationId: string, signal: AbortSignal): Promise<DocumentList> =>
  browserGateway.documents(evaluationId, signal);

type Props = { submission: SubmissionView; evaluation: EvaluationView; origin: string; mayReadFile: boolean };

export function Downloads({ submission, evaluation, origin, mayReadFile }: Props) {
  const documents = useLoaded(evaluation.id, loadDocuments);
  const listed = documents.state === 'loaded' ? documents.value.documents : [];
  const python = pythonCommands(evaluation, origin);
  const groups = GROUPS.map(({ title, names }) => ({
    title,
    products: productsOf(names, [...evaluation.artefacts, ...listed], evaluation),
  }));
  if (mayReadFile && submission.withdrawal === null && submission.file !== null)
    groups[0]?.products.push({
      name: submission.file.name,
      url: apiPaths.submissionFile(submission.id),
      sizeBytes: submission.file.sizeBytes,
      text: fileText(submission),
    });
  return (
    <section aria-labelledby="downloads" className={styles.downloads}>
      <h2 id="downloads">Take it with you</h2>
      <div className={styles.groups}>
        {groups.map(({ title, products }) =>
          products.length === 0 ? null : (
            <section key={title} className={styles.group}>
              <h3>{title}</h3>
              <ul>
                {products.map((product) => (
                  <li key={product.name}>
                    <a href={product.url} download={product.name}>
                      {product.name}
                    </a>{' '}
                    <span className="muted">{formatBytes(product.sizeBytes)}</span>
                    <span className={styles.text}>{product.text}</span>
                  </li>
                ))}
              </ul>
            </section>
          ),
        )}
      </div>
      {documents.state === 'failed' ? (
        <p className="muted">Notebook, receipt and citations could not be listed. Load the page again.</p>
      ) : null}
      <div className={styles.codes}>
        <CodeBlock
          code={shellCommands(submission.id, evaluation, origin)}
          label="Shell"
          caption="Shell, in a clone of Sillage"
        />
        {python === null ? null : <CodeBlock code={python} label="Python" caption="Python with xarray" />}
      </div>
    </section>
  );
}

/** In the order of the names; what is not made yet, or not shown at this disclosure level, is left out. */
function productsOf(
  names: readonly ProductName[],
  offered: readonly { name: ProductName; url: string; sizeBytes: number }[],
  { protocol }: EvaluationView,
): Product[] {
  return names.flatMap((name) => {
    const found = offered.find((product) => product.name === name);
    if (found === undefined) return [];
    const text =
      name === 'scored.nc' && isAlongTrackProtocol(protocol)
        ? 'The reconstruction on its own grid, cut to the area and the period, in NetCDF'
        : (TEXTS[name] ?? '');
    return [{ name, url: found.url, sizeBytes: found.sizeBytes, text }];
  });
}

function fileText({ kind, network }: SubmissionView): string {
  if (kind === 'participant') return 'The file as it was uploaded';
  return network === null ? 'The maps of this reference' : 'The weights of this reference';
}
