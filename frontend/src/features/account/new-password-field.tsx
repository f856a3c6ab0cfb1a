import { controlClass, Field } from '../../components/forms/form';

/** For whoever chooses a password, under the name `password`. */
export function NewPasswordField({ label, error }: { label: string; error: string | undefined }) {
  return (
    <Field
      id="password"
      label={label}
      hint="At least 12 characters. A sentence is easier to remember and harder to guess."
      error={error}
    >
      {(described) => (
        <input
          {...described}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={128}
          className={controlClass}
        />
      )}
    </Field>
  );
}
