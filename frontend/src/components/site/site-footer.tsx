import Link from 'next/link';
import { apiPaths } from '@sillage/client';
import { paths } from '../../lib/paths';
import styles from './site-footer.module.css';

export function SiteFooter() {
  return (
    <footer className={`${styles.footer} no-print`}>
      <div className={styles.inner}>
        <p>
          <span className="hydrographic">Sillage</span>, French for the wake of a ship: what a passage leaves
          on the water.
        </p>
        <nav aria-label="About">
          <ul className={styles.links}>
            <li>
              <Link href={paths.aboutScores}>Score definitions</Link>
            </li>
            <li>
              <Link href={paths.aboutSubmit}>How to submit</Link>
            </li>
            <li>
              <Link href={paths.status}>Status</Link>
            </li>
            <li>
              <a href={apiPaths.documentation}>API</a>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  );
}
