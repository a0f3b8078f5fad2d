/**
 * Parts of a cell's run, in order; a cell in which nobody gets to Sign out, or whom nobody visits afterwards, has fewer. `probes`: the lab
 * looks at what is left with requests of its own, which disturb nothing.
 */
export const cellParts = ['sign-in', 'sign-out', 'probes', 'next-visit'] as const;
export type CellPart = (typeof cellParts)[number];

/** Hears of each part as it begins, before its first request. */
export type OnPart = (part: CellPart) => void;
