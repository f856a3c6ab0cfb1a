'use client';

import { NETWORK_INPUT_NAMES } from '@sillage/contracts';
import { useId } from 'react';
import { Notice } from '../../../components/notice';
import { ExpectedRejection } from '../../../components/rejection-notice';
import { countOf, formatCount } from '../../../lib/format-number';
import type { NetworkFacts, NetworkLook } from './network-look';
import styles from './network-look-panels.module.css';
import type { NetworkLookState } from './use-network-look';

type Facts = Pick<NetworkFacts, 'architecture' | 'parameterCount' | 'days' | 'sizes' | 'inputs'>;

/** The network that a chosen file holds, read in the browser. */
export function NetworkFactsPanel({ state, fileName }: { state: NetworkLookState; fileName: string }) {
  const id = useId();
  if (state.phase === 'none') return null;
  return (
    <section
      className={styles.panel}
      aria-labelledby={id}
      data-testid="network-facts"
      data-phase={state.phase}
    >
      <div className={styles.heading}>
        <h3 id={id}>Read in your browser: {fileName}</h3>
        <p className={styles.small}>Nothing in it is executed.</p>
      </div>
      <div aria-live="polite" className={styles.body}>
        {state.phase === 'reading' ? <p className={styles.small}>Reading the weights…</p> : null}
        {state.phase === 'failed' ? (
          <Notice tone="warning" title="The file could not be read here">
            <p>{state.message} The platform checks it once it is uploaded.</p>
          </Notice>
        ) : null}
        {state.phase === 'read' ? <FileFacts look={state.look} /> : null}
      </div>
    </section>
  );
}

function FileFacts({ look: { facts, rejection } }: { look: NetworkLook }) {
  if (facts === null)
    return rejection === null ? null : (
      <ExpectedRejection reason={rejection}>
        <p>Uploaded all the same, it would be rejected with these words.</p>
      </ExpectedRejection>
    );
  return (
    <>
      <dl className={styles.facts}>
        {factsOf(facts).map(({ name, value }) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {facts.warnings.length === 0 ? null : (
        <Notice tone="warning" title={countOf(facts.warnings.length, 'remark', 'remarks')}>
          {facts.warnings.map((message) => (
            <p key={message}>{message}</p>
          ))}
        </Notice>
      )}
    </>
  );
}

function factsOf({ architecture, parameterCount, days, sizes, inputs }: Facts) {
  return [
    { name: 'Network', value: `${architecture}, ${formatCount(parameterCount)} parameters` },
    { name: 'Days at once', value: String(days) },
    ...sizes.map(({ name, value }) => ({ name: nameOfSize(name), value })),
    {
      name: 'Reads',
      value: inputs
        .map(({ kind, from }) =>
          from === 'computed' ? 'OI, computed by the platform' : NETWORK_INPUT_NAMES[kind],
        )
        .join('; '),
    },
  ];
}

/** A name of a tensor stays as it is. */
function nameOfSize(name: string): string {
  return name.includes('_') ? name : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

type VerdictProps = {
  state: NetworkLookState;
  /** The manifest that was pasted; null where a form makes it, which holds what the file says already. */
  text: string | null;
  /** Takes over a manifest with what the file says. */
  onTemplate: (template: string) => void;
};

/** Whether the manifest of the form is one of the chosen weights, and what it leaves open. */
export function ManifestVerdict({ state, text, onTemplate }: VerdictProps) {
  if (state.phase !== 'read' || state.look.facts === null) return null;
  const { facts, rejection, template } = state.look;
  return (
    <div
      className={styles.body}
      aria-live="polite"
      data-testid="manifest-verdict"
      data-state={verdictOf(state)}
    >
      {rejection !== null ? (
        <ExpectedRejection reason={rejection} />
      ) : (
        <Verdict facts={facts} isCarried={text?.trim() === ''} />
      )}
      {!offersTemplate(state.look, text) || template === null ? null : (
        <p className={styles.template}>
          <button type="button" className="button button-small" onClick={() => onTemplate(template)}>
            Fill in what the file says
          </button>
          <span className={styles.small}>
            {facts.hasManifest
              ? 'Replaces the manifest by one with both: what it says and what the file does.'
              : 'Begins a manifest; the rest stands there with its meaning.'}
          </span>
        </p>
      )}
      {rejection !== null || !facts.hasManifest ? null : <Settings settings={facts.settings} />}
    </div>
  );
}

/** A form was filled in from the file; it needs to be again where it is of another network. */
function offersTemplate({ facts, rejection, template }: NetworkLook, text: string | null): boolean {
  if (rejection !== null) return template !== text;
  return text !== null && template !== text && facts?.missing.length !== 0;
}

function verdictOf({ look, isOld }: Extract<NetworkLookState, { phase: 'read' }>): string {
  if (isOld) return 'old';
  if (look.rejection !== null) return 'rejected';
  return look.facts?.missing.length === 0 ? 'fits' : 'open';
}

function Verdict({
  facts: { missing, hasManifest },
  isCarried,
}: {
  facts: NetworkFacts;
  isCarried: boolean;
}) {
  if (missing.length === 0)
    return (
      <Notice tone="good" title="The manifest fits the weights">
        {isCarried ? <p>It lies in the file: nothing needs to be written here.</p> : null}
        <p>Inputs, days and cost depend on the boards: they are checked when you submit.</p>
      </Notice>
    );
  return (
    <Notice
      tone={hasManifest ? 'warning' : 'plain'}
      title={
        hasManifest
          ? `${countOf(missing.length, 'setting is', 'settings are')} still missing`
          : 'What the file does not say, a manifest must'
      }
    >
      <dl className={styles.facts}>
        {missing.map(({ key, meaning, reason }) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <code>{key}</code>
            </dt>
            <dd>
              {meaning}
              {reason === null ? '' : `: ${reason}`}
            </dd>
          </div>
        ))}
      </dl>
    </Notice>
  );
}

function Settings({ settings }: Pick<NetworkFacts, 'settings'>) {
  return (
    <details className={styles.details}>
      <summary>All settings, and what tells them</summary>
      <div className={styles.scroller} role="region" aria-label="Settings of the network" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Value</th>
              <th scope="col">Told by</th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ key, value, from }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td>{value}</td>
                <td>{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
