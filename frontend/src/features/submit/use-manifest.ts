import { useState } from 'react';
import { MANIFEST_DEFAULTS, manifestText, type ManifestValues } from './manifest-form';
import { manifestFromText } from './manifest-from-text';

export type ManifestWay = 'text' | 'form';

/** A manifest in the making: as text, or by the fields of a form, and the way from one to the other. */
export type ManifestState = {
  way: ManifestWay;
  text: string;
  setText: (text: string) => void;
  values: ManifestValues;
  setValues: (change: (before: ManifestValues) => ManifestValues) => void;
  /** What the form could not take over of the text. */
  notes: readonly string[];
  toText: () => void;
  /** Shows the form with what the text says, unless the form has taken over that text before. */
  toForm: () => Promise<void>;
  /** Shows what the form makes as text. */
  editAsText: () => void;
  /** What would be sent now. */
  sent: string;
  /** Whether nobody has changed a field of the form. */
  isUntouched: boolean;
  /** Puts a whole manifest in the place of what stands here, the way that is shown. */
  replace: (text: string) => Promise<void>;
};

export function useManifest(): ManifestState {
  const [way, setWay] = useState<ManifestWay>('text');
  const [text, setText] = useState('');
  const [takenText, setTakenText] = useState('');
  const [values, setValues] = useState(MANIFEST_DEFAULTS);
  const [notes, setNotes] = useState<readonly string[]>([]);

  async function takeOver(from: string) {
    const { parse } = await import('yaml');
    const taken = manifestFromText(from, (yaml) =>
      parse(yaml, { schema: 'core', maxAliasCount: 20, logLevel: 'error' }),
    );
    setTakenText(from);
    setNotes(taken.notes);
    if (taken.values !== null) setValues(taken.values);
  }

  return {
    way,
    text,
    setText,
    sent: way === 'form' ? manifestText(values) : text,
    replace: async (whole) => {
      if (way === 'text') setText(whole);
      else {
        await takeOver(whole);
        setNotes([]);
      }
    },
    isUntouched: values === MANIFEST_DEFAULTS,
    values,
    setValues,
    notes,
    toText: () => setWay('text'),
    toForm: async () => {
      setWay('form');
      if (text.trim() === '' || text === takenText) return;
      await takeOver(text);
    },
    editAsText: () => {
      const made = manifestText(values);
      setText(made);
      setTakenText(made);
      setNotes([]);
      setWay('text');
    },
  };
}
