'use client';

import type { DraftDefinition, DraftView } from '@sillage/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import { browserCurationGateway as gateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { forgetUnsaved, keepUnsaved } from './unsaved-draft';

const SAVE_AFTER_MS = 700; // long enough for a word to be typed, short enough that the check beside the fields is of now
const RETRY_AFTER_MS = 4_000;
const POLL_MS = 1_000;

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  /** The service does not answer; it is tried again. */
  | { kind: 'unreachable' }
  | { kind: 'refused'; fault: FormFault }
  /** Somebody else has changed the draft since. */
  | { kind: 'conflict'; theirs: DraftView };

export type DraftEditor = {
  /** As the server has it, but for the definition. */
  view: DraftView;
  /** As it stands in the fields. */
  definition: DraftDefinition;
  saving: SaveState;
  change: (change: (definition: DraftDefinition) => DraftDefinition) => void;
  /** Saves what is not saved yet, then does something with the newest revision. What it throws is thrown. */
  act: (request: (revision: number) => Promise<DraftView>) => Promise<DraftView>;
  /** After a conflict. */
  takeTheirs: () => void;
  retry: () => void;
};

/**
 * A draft with the changes that are made to its definition: saved a moment later, one request after the other, each with the
 * revision that it read. Nothing that was typed is thrown away: not while the service is away, not when somebody else was first.
 */
export function useDraft(initial: DraftView): DraftEditor {
  const [view, setView] = useState(initial);
  const [definition, setDefinition] = useState(initial.definition);
  const [saving, setSaving] = useState<SaveState>({ kind: 'saved' });
  // What the requests read: the newest, whatever has been drawn.
  const newest = useRef({ view: initial, definition: initial.definition, saved: initial.definition });
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const takeView = useCallback((next: DraftView) => {
    newest.current.view = next;
    setView(next);
  }, []);

  const fail = useCallback(
    async (error: unknown) => {
      if (error instanceof ApiFailure && error.code === 'draft-changed') {
        try {
          setSaving({ kind: 'conflict', theirs: await gateway.draft(initial.id) });
          return;
        } catch {
          // told as what it is below
        }
      }
      setSaving(
        error instanceof ServiceUnreachable
          ? { kind: 'unreachable' }
          : { kind: 'refused', fault: formFaultOf(error) },
      );
    },
    [initial.id],
  );

  /** Runs after every request that was begun before it. */
  const inTurn = useCallback(<Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = queue.current.then(work, work);
    queue.current = turn.catch(() => undefined);
    return turn;
  }, []);

  const saveNow = useCallback(async () => {
    const { current } = newest;
    if (current.definition === current.saved) return;
    const sent = current.definition;
    setSaving({ kind: 'saving' });
    const reply = await gateway.saveDraft(initial.id, {
      revision: current.view.revision,
      definition: sent,
    });
    current.saved = sent;
    takeView(reply);
    if (current.definition === sent) {
      forgetUnsaved(initial.id);
      setSaving({ kind: 'saved' });
    } else setSaving({ kind: 'waiting' });
  }, [initial.id, takeView]);

  const flush = useCallback(
    () => inTurn(saveNow).catch((error: unknown) => fail(error)),
    [fail, inTurn, saveNow],
  );

  const schedule = useCallback(
    (afterMs: number) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), afterMs);
    },
    [flush],
  );

  const change = useCallback(
    (apply: (definition: DraftDefinition) => DraftDefinition) => {
      const next = apply(newest.current.definition);
      newest.current.definition = next;
      setDefinition(next);
      keepUnsaved(initial.id, { revision: newest.current.view.revision, definition: next });
      setSaving((before) => (before.kind === 'conflict' ? before : { kind: 'waiting' }));
      schedule(SAVE_AFTER_MS);
    },
    [initial.id, schedule],
  );

  const act = useCallback(
    (request: (revision: number) => Promise<DraftView>) => {
      clearTimeout(timer.current);
      return inTurn(async () => {
        try {
          await saveNow();
        } catch (error) {
          await fail(error);
          throw error;
        }
        try {
          const reply = await request(newest.current.view.revision);
          takeView(reply);
          return reply;
        } catch (error) {
          if (error instanceof ApiFailure && error.code === 'draft-changed') await fail(error);
          throw error;
        }
      });
    },
    [fail, inTurn, saveNow, takeView],
  );

  // A conflict stays until somebody decides: what is typed meanwhile is kept and not sent.
  const isBlocked = saving.kind === 'conflict' || saving.kind === 'refused';
  useEffect(() => {
    if (isBlocked) clearTimeout(timer.current);
  });

  useEffect(() => {
    if (saving.kind !== 'unreachable') return undefined;
    const again = setTimeout(() => void flush(), RETRY_AFTER_MS);
    return () => clearTimeout(again);
  }, [saving, flush]);

  const isUnsaved = saving.kind !== 'saved';
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUnsaved]);

  // Another page of the site, not of this draft: what is not sent yet is sent.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      void flush();
    },
    [flush],
  );

  const isInspecting = view.inspection.state === 'queued' || view.inspection.state === 'running';
  useEffect(() => {
    if (!isInspecting) return undefined;
    const ask = setInterval(() => {
      void inTurn(() => gateway.draft(initial.id))
        .then((next) => {
          // Somebody else's change shows when it is saved, not here.
          takeView({ ...newest.current.view, inspection: next.inspection });
        })
        .catch(() => undefined); // asked again in a second
    }, POLL_MS);
    return () => clearInterval(ask);
  }, [isInspecting, initial.id, inTurn, takeView]);

  const takeTheirs = useCallback(() => {
    if (saving.kind !== 'conflict') return;
    const { theirs } = saving;
    newest.current = { view: theirs, definition: theirs.definition, saved: theirs.definition };
    setView(theirs);
    setDefinition(theirs.definition);
    setSaving({ kind: 'saved' });
    forgetUnsaved(initial.id);
  }, [initial.id, saving]);

  return { view, definition, saving, change, act, takeTheirs, retry: () => void flush() };
}
