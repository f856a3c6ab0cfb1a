import { CopyButton } from './copy-button';
import styles from './code-block.module.css';

/** Commands or code to take away. The block scrolls by keyboard, and one button copies all of it. */
export function CodeBlock({ code, label, caption }: { code: string; label: string; caption?: string }) {
  return (
    <figure className={styles.block}>
      <div className={styles.head}>
        <figcaption className={styles.caption}>{caption ?? label}</figcaption>
        <CopyButton text={code} label={label} />
      </div>
      <pre className={styles.code} tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
