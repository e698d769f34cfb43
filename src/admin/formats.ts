/** The string formats of the admin API's schemas: how each is checked, and the words for a value that is not one. */
export const formats = {
  'page-size': { check: (text) => /^0*[1-9]\d*$/.test(text), words: 'must be a whole number of at least 1.' },
  // Cs: half of a surrogate pair, which no store keeps as it is.
  'plain-text': { check: (text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), words: 'must not have control characters.' },
  secret: { check: (text) => /^[\x21-\x7e]*$/.test(text), words: 'must be visible ASCII characters without spaces.' },
  'date-time': { check: isDateTime, words: 'must be a time like 2026-12-31T23:59:59Z.' },
} as const satisfies Record<string, { check: (text: string) => boolean; words: string }>;

/** RFC 3339, with a day that its month has. */
function isDateTime(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!found || Number.isNaN(Date.parse(text))) return false;
  const daysInMonth = new Date(Date.UTC(Number(found[1]), Number(found[2]), 0)).getUTCDate();
  return Number(found[3]) <= daysInMonth;
}
