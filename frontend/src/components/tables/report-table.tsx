import { Fragment, type ReactNode } from 'react';
import styles from './report-table.module.css';

export type ReportColumn<Row> = {
  title: string;
  isNumber?: boolean;
  cell: (row: Row) => ReactNode;
};

type Props<Row> = {
  /** What the table is, for those who do not see where it stands. */
  label: string;
  /** Heading of the first column, which names the rows. */
  nameTitle: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => ReactNode;
  columns: readonly ReportColumn<Row>[];
};

/**
 * A table of a report. On a narrow screen each row becomes a block: its name on a line of its own, and under it every value with
 * its heading. The roles are written out, since browsers forget those of a table that is laid out as something else.
 */
export function ReportTable<Row>({ label, nameTitle, rows, keyOf, nameOf, columns }: Props<Row>) {
  return (
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table} role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              {nameTitle}
            </th>
            {columns.map(({ title, isNumber }) => (
              <th
                key={title}
                scope="col"
                role="columnheader"
                className={isNumber ? styles.number : undefined}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              <th scope="row" role="rowheader">
                {nameOf(row)}
              </th>
              {columns.map(({ title, isNumber, cell }) => (
                <td key={title} role="cell" className={isNumber ? styles.number : undefined}>
                  <span className={styles.heading} aria-hidden>
                    {title}
                  </span>
                  <span>{cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A file name that may be broken where its parts meet, and only there while they fit. */
export function FileName({ children }: { children: string }) {
  return (
    <>
      {children.split(/(?<=[-_.])/).map((part, index) => (
        <Fragment key={index}>
          {index === 0 ? null : <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
