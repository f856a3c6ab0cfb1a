/**
 * First columns of the segments of a latitude row: as many as fit into each stretch without land, side by side, with what
 * is left over spread evenly around them.
 *
 * @param isLand - one entry per column, not 0 on land.
 * @param segmentCount - columns of a segment.
 */
export function oceanSegmentStarts(isLand: ArrayLike<number>, segmentCount: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start < isLand.length; start++) {
    let end = start;
    while (end < isLand.length && isLand[end] === 0) end++;
    const count = Math.floor((end - start) / segmentCount);
    const slack = end - start - count * segmentCount;
    for (let index = 0; index < count; index++)
      starts.push(start + index * segmentCount + Math.round((slack * (index + 0.5)) / count));
    start = end;
  }
  return starts;
}
