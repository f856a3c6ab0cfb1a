/** The mark: a ship's wake seen from above, two arms and the crests between them; the dot is what left it. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" focusable="false">
      <g stroke="currentColor" strokeWidth="2" strokeLinecap="round" transform="rotate(45 16 16)">
        <path d="M16 3C14 12.500 10 21.500 4.500 29M16 3C18 12.500 22 21.500 27.500 29" />
        <path d="M13.400 13.500Q16 15.800 18.600 13.500" opacity="0.85" />
        <path d="M11 19.600Q16 23.400 21 19.600" opacity="0.6" />
        <path d="M8.400 25.400Q16 31 23.600 25.400" opacity="0.35" />
      </g>
      <circle cx="25.200" cy="6.800" r="3" fill="var(--signal)" />
    </svg>
  );
}
