// Souk's mark: an awning over the arch of a market gate. Drawn here, the same as public/souk.svg.
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#7a2f63" />
      <path
        d="M6 8h20v5.2a3.33 3.33 0 0 1-6.67 0 3.33 3.33 0 0 1-6.66 0 3.33 3.33 0 0 1-6.67 0z"
        fill="#f2b544"
      />
      <path d="M12.67 8h6.66v5.2a3.33 3.33 0 0 1-6.66 0z" fill="#fff6e4" />
      <path
        d="M9 18.8V26h4.2v-3.6c0-1.7 1.2-2.7 2.8-3.9 1.6 1.2 2.8 2.2 2.8 3.9V26H23v-7.2"
        fill="none"
        stroke="#fff6e4"
        strokeWidth="2"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
