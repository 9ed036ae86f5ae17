/** The mark: an anchor's ring and flukes. Takes the colour of the text. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 32 32"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="2.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <circle cx="16" cy="6.6" r="3" />
      <path d="M16 9.600v17.400M10.600 14.800h10.800M5.400 18c.5 5.200 4.800 9 10.600 9s10.100-3.800 10.600-9" />
    </svg>
  );
}
