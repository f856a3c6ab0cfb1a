import { createElement } from 'react';
import styles from './about.module.css';

/** A displayed formula in MathML, drawn by the browser; the label says it in words. `markup` is a constant of ours. */
export function Formula({ markup, label }: { markup: string; label: string }) {
  const attributes = { display: 'block', 'aria-hidden': true, dangerouslySetInnerHTML: { __html: markup } };
  return (
    <div className={styles.formula} role="img" aria-label={label} tabIndex={0}>
      {createElement('math', attributes)}
    </div>
  );
}
