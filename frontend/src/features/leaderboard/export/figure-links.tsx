import styles from './export-panel.module.css';
import { PngLink } from './png-link';

/** One figure to take away. */
export function FigureLinks({ svgHref, title }: { svgHref: string; title: string }) {
  return (
    <p className={styles.panel} role="group" aria-label={`${title}, to take away`}>
      <span className={styles.label}>This figure as</span>
      <a href={svgHref} download>
        SVG
      </a>
      <PngLink href={svgHref} />
    </p>
  );
}
