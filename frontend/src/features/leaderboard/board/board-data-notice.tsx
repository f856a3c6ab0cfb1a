import { Notice } from '../../../components/notice';
import type { BoardData } from '../use-board-data';

/** In place of what is not here: why, in words. */
export function BoardDataNotice({ state, what }: { state: BoardData<never>['state']; what: string }) {
  if (state === 'waiting') return <p className="muted">Loading {what} …</p>;
  if (state === 'withheld')
    return (
      <Notice>
        <p>This challenge withholds {what}: at its disclosure level they would give the truth away.</p>
      </Notice>
    );
  return (
    <Notice tone="danger" title={`The ${what} could not be loaded`} announce>
      <p>The service did not answer. Nothing is lost; reload the page to try again.</p>
    </Notice>
  );
}
