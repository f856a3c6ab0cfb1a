'use client';

import { boxSchema, type Box, type DatasetReport } from '@sillage/contracts';
import { useState } from 'react';
import { BoxMap, type MapBox } from '../../../charts/boxes/box-map';
import { PeriodLines } from '../../../charts/lines/period-lines';
import { daysOf, periodOf, type Days } from '../../../charts/lines/period-lines.config';
import { errorClass } from '../../../components/forms/form';
import { dayCount } from '../../../lib/format-time';
import { boxCoverage, dataLines, periodCoverage, underlaysOf } from '../report/coverage';
import { listAt, textAt, valueAt, withItem, withoutNamed, withId, withValue } from '../draft-definition';
import { NumberField, TextField } from '../fields';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';
import { fieldId, problemAt } from '../wizard-steps';

const PERIODS = [
  { key: 'training', name: 'Training', hint: 'Days that methods may learn from.', isOptional: true },
  { key: 'spinUp', name: 'Spin-up', hint: 'Days before the evaluation with observations.', isOptional: true },
  { key: 'evaluation', name: 'Evaluation', hint: 'Days that are scored.', isOptional: false },
] as const;

const SIDES = ['west', 'east', 'south', 'north'] as const;

/** When and where: periods on a line of time and areas on a map, each with its numbers beside it. */
export function AreasStep({ editor }: { editor: DraftEditor }) {
  const report = editor.view.inspection.report;
  return (
    <>
      <Periods editor={editor} report={report} />
      <Areas editor={editor} report={report} />
    </>
  );
}

function Periods({ editor, report }: { editor: DraftEditor; report: DatasetReport | null }) {
  const { definition } = editor;
  const periods = PERIODS.map(({ key, name }) => ({
    key,
    name,
    days: daysOf(recordAt(definition, ['periods', key])),
  }));
  const setDays = (key: string, days: Days) =>
    editor.change((before) => withValue(before, ['periods', key], periodOf(days)));
  const error = problemAt(editor.view.problems, 'periods');
  return (
    <section className={styles.part} aria-labelledby="periods">
      <h3 id="periods">Periods</h3>
      {error === undefined ? null : <p className={errorClass}>{error}</p>}
      <PeriodLines periods={periods} onDays={setDays} data={dataLines(report)} />
      <div className={styles.periods}>
        {PERIODS.map(({ key, name, hint, isOptional }) => {
          const days = periods.find((period) => period.key === key)?.days ?? null;
          const isGiven = valueAt(definition, ['periods', key]) !== undefined;
          const periodError = problemAt(editor.view.problems, `periods.${key}`);
          return (
            <fieldset key={key} className={styles.card}>
              <legend>{name}</legend>
              <p className="muted small">
                {hint} {days === null ? '' : `${dayCount(periodOf(days).start, periodOf(days).end)} days.`}
              </p>
              {!isGiven && isOptional ? (
                <button
                  type="button"
                  className="button button-small"
                  onClick={() => setDays(key, startOfPeriod(key, periods.at(-1)?.days ?? null))}
                >
                  Add {name.toLowerCase()} days
                </button>
              ) : (
                <>
                  <div className={styles.pairTight}>
                    <TextField
                      editor={editor}
                      path={['periods', key, 'start']}
                      label="First day"
                      type="date"
                    />
                    <TextField editor={editor} path={['periods', key, 'end']} label="Last day" type="date" />
                  </div>
                  {periodError === undefined ? null : <p className={errorClass}>{periodError}</p>}
                  {isOptional ? (
                    <button
                      type="button"
                      className="button button-small"
                      onClick={() =>
                        editor.change((before) => withValue(before, ['periods', key], undefined))
                      }
                    >
                      Without {name.toLowerCase()}
                    </button>
                  ) : null}
                </>
              )}
            </fieldset>
          );
        })}
      </div>
      <Coverage lines={periodCoverage(report, periods.at(-1)?.days ?? null)} />
    </section>
  );
}

/** A month before the evaluation, or the year before that. */
function startOfPeriod(key: string, evaluation: Days | null): Days {
  const first = evaluation?.first ?? 15_695;
  return key === 'spinUp'
    ? { first: first - 21, last: first - 1 }
    : { first: first - 21 - 365, last: first - 22 };
}

function Areas({ editor, report }: { editor: DraftEditor; report: DatasetReport | null }) {
  const { definition } = editor;
  const [selected, setSelected] = useState(0);
  const areas = listAt(definition, ['areas']);
  const boxes = areas.map((area, index): MapBox | null => {
    const box = boxSchema.safeParse(valueAt(area, ['scoredBox']));
    return box.success
      ? { name: textAt(area, ['name']) || textAt(area, ['id']) || `area ${index + 1}`, box: box.data }
      : null;
  });
  const add = (box: Box) => {
    editor.change((before) =>
      withItem(before, ['areas'], { id: freeId(areas), name: `Area ${areas.length + 1}`, scoredBox: box }),
    );
    setSelected(areas.length);
  };
  const error = problemAt(editor.view.problems, 'areas');
  return (
    <section className={styles.part} aria-labelledby="areas">
      <h3 id="areas">Areas</h3>
      <p className="muted">
        The box of an area is what is scored. Areas across the date line are not supported.
      </p>
      {error === undefined ? null : <p className={errorClass}>{error}</p>}
      <BoxMap
        boxes={boxes}
        selected={selected}
        onSelect={setSelected}
        onBox={(index, box) =>
          editor.change((before) => withValue(before, ['areas', index, 'scoredBox'], box))
        }
        onDraw={add}
        underlays={underlaysOf(report)}
      />
      {areas.map((area, index) => {
        const boxError = problemAt(editor.view.problems, `areas.${index}.scoredBox`);
        const box = boxes[index];
        return (
          <fieldset
            key={index}
            className={`${styles.card} ${index === selected ? styles.selectedCard : ''}`}
            onFocus={() => setSelected(index)}
          >
            <legend>{textAt(area, ['name']) || `Area ${index + 1}`}</legend>
            <div className={styles.pair}>
              <TextField editor={editor} path={['areas', index, 'name']} label="Name" />
              <TextField
                editor={editor}
                path={['areas', index, 'id']}
                label="Id"
                hint="Tasks and files that name it follow."
                onText={(text) => editor.change((before) => withId(before, 'areas', index, text))}
              />
            </div>
            <TextField
              editor={editor}
              path={['areas', index, 'description']}
              label="Description"
              isOptional
            />
            <div className={styles.sides} id={fieldId(`areas.${index}.scoredBox`)} tabIndex={-1}>
              {SIDES.map((side) => (
                <NumberField
                  key={side}
                  editor={editor}
                  path={['areas', index, 'scoredBox', side]}
                  label={`${side[0]?.toUpperCase()}${side.slice(1)}, °${side === 'west' || side === 'east' ? 'E' : 'N'}`}
                  step={0.1}
                />
              ))}
            </div>
            {boxError === undefined ? null : <p className={errorClass}>{boxError}</p>}
            {box === null || box === undefined ? null : (
              <Coverage lines={boxCoverage(report, textAt(area, ['id']), box.box)} />
            )}
            <TrainTruth editor={editor} index={index} />
            <div>
              <button
                type="button"
                className="button button-small button-danger"
                onClick={() => {
                  editor.change((before) => withoutNamed(before, 'areas', index));
                  setSelected(0);
                }}
              >
                Remove this area and its tasks
              </button>
            </div>
          </fieldset>
        );
      })}
      <div>
        <button
          type="button"
          className="button"
          onClick={() => add(boxBeside(boxes.flatMap((item) => (item === null ? [] : [item.box]))))}
        >
          Add an area by its numbers
        </button>
      </div>
    </section>
  );
}

/** Mean and standard deviation of the training truth, which networks may ask for instead of numbers of their own. */
function TrainTruth({ editor, index }: { editor: DraftEditor; index: number }) {
  const path = ['areas', index, 'trainTruth'];
  const isGiven = valueAt(editor.definition, path) !== undefined;
  const error = problemAt(editor.view.problems, path.join('.'));
  const set = (value: unknown) => editor.change((before) => withValue(before, path, value));
  return (
    <fieldset id={fieldId(path.join('.'))} tabIndex={-1}>
      <legend className={styles.legend}>
        Heights of the truth in the training period <span className="muted">(optional)</span>
      </legend>
      <p className="muted small">
        For networks whose manifest says <code>{'normalisation: {from: train-truth}'}</code>; without it they
        are refused in this area.
      </p>
      {isGiven ? (
        <>
          <div className={styles.pairTight}>
            <NumberField editor={editor} path={[...path, 'mean']} label="Mean, m" step={0.001} />
            <NumberField editor={editor} path={[...path, 'std']} label="Standard deviation, m" step={0.001} />
          </div>
          {error === undefined ? null : <p className={errorClass}>{error}</p>}
          <button type="button" className="button button-small" onClick={() => set(undefined)}>
            Without these numbers
          </button>
        </>
      ) : (
        <button type="button" className="button button-small" onClick={() => set({})}>
          Add mean and standard deviation
        </button>
      )}
    </fieldset>
  );
}

/** What the last report says of it, in words; nothing before the first. */
function Coverage({ lines }: { lines: readonly { text: string; isShort: boolean }[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className={styles.coverage}>
      {lines.map(({ text, isShort }) => (
        <li key={text} className={isShort ? styles.short : undefined}>
          {text}
        </li>
      ))}
    </ul>
  );
}

/** As large as the last one and next to it; the Gulf Stream where there is none. */
function boxBeside(boxes: readonly Box[]): Box {
  const last = boxes.at(-1);
  if (last === undefined) return { west: -65, east: -55, south: 33, north: 43 };
  const width = last.east - last.west;
  const west = last.east + width <= 180 ? last.east : Math.max(-180, last.west - width);
  return { ...last, west, east: Number((west + width).toFixed(6)) };
}

function freeId(areas: readonly unknown[]): string {
  const taken = new Set(areas.map((area) => textAt(area, ['id'])));
  for (let number = areas.length + 1; ; number += 1)
    if (!taken.has(`area-${number}`)) return `area-${number}`;
}

function recordAt(
  definition: unknown,
  path: readonly string[],
): { start?: unknown; end?: unknown } | undefined {
  const value = valueAt(definition, path);
  return typeof value === 'object' && value !== null ? value : undefined;
}
