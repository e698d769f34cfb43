/** The few shapes that the charts are made of. Colours are readable on light and on dark ground. */
export const ink = '#7d8590';
export const colours = ['#2f81f7', '#3fb950', '#d29922', '#a371f7', '#f85149'] as const;

export function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">
<title>${escaped(title)}</title>
${parts.join('\n')}
</svg>
`;
}

export function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, colour: string = ink, width = 1): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" stroke-width="${width}"/>`;
}

export function bar(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${colour}" rx="2"/>`;
}

export function path(points: readonly (readonly [number, number])[], colour: string): string {
  const list = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  return `<polyline points="${list}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
