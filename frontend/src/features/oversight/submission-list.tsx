import { EVALUATION_STATES, type AdminSubmissionPage } from '@sillage/contracts';
import Link from 'next/link';
import { countOf } from '../../lib/format-number';
import { paths } from '../../lib/paths';
import { ChoiceFilter, ListFilters, TextFilter } from './list-filters';
import { ModeratedTable } from './moderated-table';
import styles from './oversight.module.css';

type Props = {
  list: AdminSubmissionPage;
  query: Record<string, string | undefined>;
  challenges: readonly { id: string; name: string }[];
};

export function SubmissionList({ list, query, challenges }: Props) {
  const pageHref = (page: number) => paths.adminSubmissionList({ ...query, page: String(page) });
  return (
    <div className={styles.page}>
      <h1>Submissions</h1>
      <ListFilters action={paths.adminSubmissions} label="Which submissions">
        <ChoiceFilter
          name="challenge"
          label="Challenge"
          value={query['challenge']}
          options={challenges.map(({ id, name }) => ({ value: id, text: name }))}
        />
        <ChoiceFilter
          name="state"
          label="State"
          value={query['state']}
          options={EVALUATION_STATES.map((state) => ({ value: state, text: state }))}
        />
        <ChoiceFilter
          name="moderated"
          label="Decision"
          value={query['moderated']}
          options={['none', 'hidden', 'verified', 'disqualified', 'withdrawn'].map((value) => ({
            value,
            text: value,
          }))}
        />
        <TextFilter name="author" label="Author or address" value={query['author']} />
      </ListFilters>
      <p className="muted">{countOf(list.total, 'submission', 'submissions')}</p>
      <ModeratedTable key={JSON.stringify([query, list.page])} submissions={list.submissions} />
      {list.pageCount <= 1 ? null : (
        <nav aria-label="Pages" className={styles.actions}>
          {list.page > 1 ? (
            <Link className="button" href={pageHref(list.page - 1)}>
              Newer
            </Link>
          ) : null}
          <span>
            page {list.page} of {list.pageCount}
          </span>
          {list.page < list.pageCount ? (
            <Link className="button" href={pageHref(list.page + 1)}>
              Older
            </Link>
          ) : null}
        </nav>
      )}
    </div>
  );
}
