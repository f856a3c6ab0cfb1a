/** The mark: a bow and the bands of its wake, seen from above. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g transform="rotate(45 16 16)" fill="currentColor">
        <path d="M16 1.500L20.600 11.200Q16 8.200 11.400 11.200Z" fill="var(--signal)" />
        <path d="M10.500 13.200Q16 9.600 21.500 13.200L23.300 17.200Q16 12.200 8.700 17.200Z" />
        <path d="M7.800 19.300Q16 13.700 24.200 19.300L26 23.300Q16 16.300 6 23.300Z" opacity="0.72" />
        <path
          d="M5.100 25.400Q16 17.800 26.900 25.400L28.700 29.400Q16 20.400 3.300 29.400Z"
          opacity="0.42"
        />
      </g>
    </svg>
  );
}
