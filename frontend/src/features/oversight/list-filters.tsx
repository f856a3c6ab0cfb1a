import type { ReactNode } from 'react';
import Link from 'next/link';
import { controlClass, Field } from '../../components/forms/form';
import styles from './oversight.module.css';

/** Filters as a form that works without JavaScript: the address holds them. */
export function ListFilters({
  action,
  label,
  children,
}: {
  action: string;
  label: string;
  children: ReactNode;
}) {
  return (
    <form action={action} method="get" className={styles.filters} aria-label={label}>
      {children}
      <button type="submit" className="button">
        Show
      </button>
      <Link href={action} className="button">
        All
      </Link>
    </form>
  );
}

export function TextFilter({
  name,
  label,
  value,
}: {
  name: string;
  label: string;
  value: string | undefined;
}) {
  return (
    <Field id={`filter-${name}`} label={label}>
      {(described) => (
        <input
          {...described}
          name={name}
          defaultValue={value ?? ''}
          maxLength={200}
          className={controlClass}
        />
      )}
    </Field>
  );
}

export function ChoiceFilter({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string | undefined;
  options: readonly { value: string; text: string }[];
}) {
  return (
    <Field id={`filter-${name}`} label={label}>
      {(described) => (
        <select {...described} name={name} defaultValue={value ?? ''} className={controlClass}>
          <option value="">any</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
