/** `fraction` is 0…1 within the running step; `activity` is one sentence for a person who waits. */
export type ProgressListener = (fraction: number, activity: string) => void;
