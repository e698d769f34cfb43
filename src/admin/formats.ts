/**
 * The string formats of the admin API's schemas: how each is checked, the words for a value that is not one, and what
 * stands for it in the API's document, whose readers know none but `date-time`.
 */
const visible = '^[\\x21-\\x7e]*$';
// Cs: half of a surrogate pair, which no store keeps as it is.
const version = '^v\\d{1,3}\\.\\d{1,3}$';
const headerValue = '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$';
// RFC 9110's token, but for what carries or describes every message, and so proves nothing.
const headerName =
  '^(?!(connection|content-(encoding|length|type)|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$)' +
  "[a-z0-9!#$%&'*+.^_`|~-]+$";
const isHeaderName = matches(headerName);
const plain = '^[^\\p{Cc}\\p{Cs}]*$';

export const formats = {
  'page-size': {
    check: (text) => /^0*[1-9]\d*$/.test(text),
    words: 'must be a whole number of at least 1.',
    documented: { type: 'integer', minimum: 1, examples: [100] },
  },
  'plain-text': { check: matches(plain), words: 'must not have control characters.', documented: { pattern: plain } },
  secret: {
    check: matches(visible),
    words: 'must be visible ASCII characters without spaces.',
    documented: { pattern: visible },
  },
  'api-version': {
    check: matches(version),
    words: 'must be a version like v25.0.',
    documented: { pattern: version },
  },
  'header-name': {
    check: (text) => isHeaderName(text.toLowerCase()),
    words: 'must be the name of an HTTP header, and of none that every request has.',
    documented: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" },
  },
  'header-value': {
    check: matches(headerValue),
    words: 'must be visible ASCII characters, with spaces only between them.',
    documented: { pattern: headerValue },
  },
  'date-time': {
    check: isDateTime,
    words: 'must be a time like 2026-12-31T23:59:59Z.',
    documented: { format: 'date-time' },
  },
} as const satisfies Record<string, Format>;

interface Format {
  readonly check: (text: string) => boolean;
  readonly words: string;
  readonly documented: object;
}

function matches(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, 'u');
  return (text) => expression.test(text);
}

/** RFC 3339, with a day that its month has. */
function isDateTime(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!found || Number.isNaN(Date.parse(text))) return false;
  const daysInMonth = new Date(Date.UTC(Number(found[1]), Number(found[2]), 0)).getUTCDate();
  return Number(found[3]) <= daysInMonth;
}
