'use client';

import { disclosureLevelSchema, PROTOCOLS } from '@sillage/contracts';
import { PROTOCOL_TEXTS } from '../../../lib/challenge-texts';
import { textAt } from '../draft-definition';
import { ChoiceField, TextField, TickField } from '../fields';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';

const DISCLOSURE_NAMES = {
  practice: 'practice: everything is public',
  'public-test': 'public test: the reference is withheld, scores are shown',
  blind: 'blind: no scores until the challenge closes',
} as const;

export function BasicsStep({ editor }: { editor: DraftEditor }) {
  const { basedOn } = editor.view;
  const protocol = PROTOCOLS.find((id) => id === textAt(editor.definition, ['protocol']));
  return (
    <div className={styles.form}>
      <TextField editor={editor} path={['name']} label="Name" hint="As it stands on boards and cards." />
      <div className={styles.pair}>
        <TextField
          editor={editor}
          path={['id']}
          label="Id"
          isReadOnly={basedOn !== null}
          hint={
            basedOn === null
              ? 'Part of every address, for good: lower-case letters, digits and hyphens, like demo-osse.'
              : 'A version keeps the id of its challenge.'
          }
        />
        <TextField
          editor={editor}
          path={['datasetVersion']}
          label="Dataset version"
          hint="Three numbers, higher than every version so far."
        />
      </div>
      <TextField
        editor={editor}
        path={['summary']}
        label="Summary"
        hint="One or two sentences, up to 300 characters."
      />
      <TextField
        editor={editor}
        path={['description']}
        label="Description"
        hint="Markdown. Where the data come from, and what one should know before using them."
        isOptional
        isLong
      />
      <div className={styles.pair}>
        <TextField editor={editor} path={['licence']} label="Licence" hint="Of the data, like CC-BY-4.0." />
        <TextField
          editor={editor}
          path={['citation']}
          label="Citation"
          hint="How the data are cited, with a DOI."
          isOptional
        />
      </div>
      <TickField
        editor={editor}
        path={['synthetic']}
        label="The sea is synthetic: said wherever a score stands"
      />
      <ChoiceField
        editor={editor}
        path={['protocol']}
        label="Protocol"
        hint={protocol === undefined ? 'How maps become scores.' : PROTOCOL_TEXTS[protocol].text}
        options={PROTOCOLS.map((id) => ({ value: id, name: id }))}
      />
      <ChoiceField
        editor={editor}
        path={['disclosure']}
        label="Disclosure"
        hint="What participants see of the reference and of scores."
        options={disclosureLevelSchema.options.map((id) => ({ value: id, name: DISCLOSURE_NAMES[id] }))}
      />
    </div>
  );
}
