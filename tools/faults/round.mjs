// One round: entries are sent, a fault strikes, everything must come to its end, and the invariants must hold.
import { createUpload, persistently, sendUpload, submit, uploadIdOf } from './client.mjs';
import { FAULTS } from './faults.mjs';
import { isSettled, snapshotOf, violationsOf } from './invariants.mjs';
import { oneOf, randomOf } from './plan.mjs';
import { requestOf } from './sea.mjs';

/** No step of the small sea takes a tenth of that, with its retries, on a busy machine. */
const DEADLINE_MS = 180_000;
const MAPS_PER_ROUND = 2;
/** A network takes longer than a map. */
const NETWORK_SHARE = 0.3;

/**
 * What a platform has accepted and ended so far.
 * @typedef {{ platform: import('./faulty-platform.mjs').FaultyPlatform, accepted: Set<string>, earlier: import('./invariants.mjs').Evaluated[] }} Standing
 */

/**
 * @param {Standing} standing
 * @param {{ kind: string, seed: number, sea: import('./sea.mjs').Sea, large: import('./sea.mjs').Entry, isQuick: boolean }} what
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function runRound(standing, { kind, seed, sea, large, isQuick }) {
  const { platform, accepted } = standing;
  const random = randomOf(seed);
  /** @type {string[]} */
  const violations = [];
  const accept = (/** @type {string} */ id) => void accepted.add(id);
  /** @type {Promise<void>[]} */
  const sendings = [];
  const send = () => {
    const sending = sendAll(isQuick ? [oneOf(sea.maps, random)] : entriesOf(sea, random));
    sending.catch(() => {}); // told by whoever waits for all of them
    sendings.push(sending);
    return sending;
  };
  const sendAll = async (/** @type {import('./sea.mjs').Entry[]} */ entries) => {
    for (const entry of entries) {
      const location = await createUpload(platform.participant, entry);
      await sendUpload(platform.participant, location, entry.bytes);
      accept(await submit(platform.participant, requestOf(entry, uploadIdOf(location))));
    }
  };
  const settle = async () => {
    await Promise.all(sendings);
    const look = async () => ((await isSettled(platform)) ? 'done' : 'again');
    await persistently('the end of all work', look, DEADLINE_MS);
  };

  const startMs = performance.now();
  let struckMs = startMs;
  try {
    const violate = (/** @type {string} */ violation) => void violations.push(violation);
    await FAULTS[kind]?.({ platform, sea, large, random, send, accept, settle, violate });
    struckMs = performance.now();
    await settle();
    await platform.recovered();
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
  }
  const recoveryMs = performance.now() - struckMs;
  try {
    const snapshot = await snapshotOf(platform);
    violations.push(...violationsOf(snapshot, standing));
    standing.earlier = snapshot.evaluations;
  } catch (error) {
    violations.push(`the invariants could not be read: ${error instanceof Error ? error.message : error}`);
  }
  return { kind, violations, recoveryMs, wholeMs: performance.now() - startMs };
}

/**
 * @param {import('./sea.mjs').Sea} sea
 * @param {() => number} random
 */
function entriesOf(sea, random) {
  const maps = Array.from({ length: MAPS_PER_ROUND }, () => oneOf(sea.maps, random));
  return random() < NETWORK_SHARE ? [sea.network, ...maps] : maps;
}
