'use client';

import type { DraftDefinition } from '@sillage/contracts';
import { useEffect, useRef, useState } from 'react';
import { CopyButton } from '../../../components/copy-button';
import { Notice } from '../../../components/notice';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';

type Yaml = typeof import('yaml');

/** The whole definition as a text, as it stands in `challenge.yaml`: also what has no form, like published scores. */
export function YamlStep({ editor }: { editor: DraftEditor }) {
  const { definition, change } = editor;
  const [yaml, setYaml] = useState<Yaml | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const written = useRef<DraftDefinition | null>(null);

  useEffect(() => {
    let isOver = false;
    void import('yaml').then((loaded) => {
      if (!isOver) setYaml(loaded);
    });
    return () => {
      isOver = true;
    };
  }, []);

  // Loaded, or somebody else's version taken over: the text follows. What is typed here is not written anew.
  useEffect(() => {
    if (yaml === null || definition === written.current) return;
    written.current = definition;
    setText(yaml.stringify(definition, { lineWidth: 0, blockQuote: 'literal' }));
    setFault(null);
  }, [yaml, definition]);

  function type(next: string) {
    setText(next);
    if (yaml === null) return;
    const read = readDefinition(yaml, next);
    if ('fault' in read) {
      setFault(read.fault);
      return;
    }
    setFault(null);
    written.current = read.definition;
    change(() => read.definition);
  }

  if (text === null) return <p className="muted">Loading…</p>;
  return (
    <div className={styles.part}>
      <p className="muted">
        What is typed here is in the forms at once, as soon as it is YAML. Comments are not kept. Published
        scores and expected files have no form: write them here.
      </p>
      {fault === null ? null : (
        <Notice tone="danger" title="Not saved: this is no YAML yet">
          <p>{fault}</p>
        </Notice>
      )}
      <div className={styles.actions}>
        <CopyButton text={text} label="the definition" />
      </div>
      <textarea
        className={styles.yaml}
        aria-label="Definition as YAML"
        aria-invalid={fault === null ? undefined : true}
        value={text}
        onChange={(event) => type(event.target.value)}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
      />
    </div>
  );
}

function readDefinition(yaml: Yaml, text: string): { definition: DraftDefinition } | { fault: string } {
  let value: unknown;
  try {
    value = yaml.parse(text);
  } catch (error) {
    return {
      fault: error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error),
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'A definition is a list of names and values, like “name: Gulf Stream OSSE”.' };
  return { definition: { ...value } };
}
