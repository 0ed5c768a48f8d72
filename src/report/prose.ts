/**
 * Sentences and cells in which the user's own words (recipe names, paths, reasons) are kept apart from ours, so
 * that every writer escapes exactly those: HTML in `<bdi>`, Markdown in a code span, a terminal without controls.
 */

/** Text from the user: a name, a path, a reason. Never trusted. */
export interface UserText {
  user: string;
}

export type Prose = (string | UserText)[];

export function user(text: string): UserText {
  return { user: text };
}

/** Template tag: prose`${user(name)} beats ${3} recipes`. Numbers and strings are ours; `Prose` is spliced in. */
export function prose(
  strings: TemplateStringsArray,
  ...values: (string | number | UserText | Prose)[]
): Prose {
  return strings.flatMap((text, i): Prose => {
    const value = values[i];
    if (value === undefined) return [text];
    if (Array.isArray(value)) return [text, ...value];
    return [text, typeof value === 'object' ? value : String(value)];
  });
}

/** `a`, `a and b`, `a, b and c`; more than `limit` end in `and 4 more`. */
export function listed(names: string[], limit = 4): Prose {
  const shown: Prose[] = names.slice(0, limit).map((name) => [user(name)]);
  if (names.length > limit) shown.push([`${names.length - limit} more`]);
  return shown.flatMap((part, i) => {
    if (i === 0) return part;
    return [i === shown.length - 1 ? ' and ' : ', ', ...part];
  });
}

/** Sentences with a space between them; empty ones vanish. */
export function sentences(parts: Prose[]): Prose {
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : [' ', ...part]));
}

export function toPlain(text: Prose): string {
  return text.map((part) => (typeof part === 'string' ? part : oneLine(part.user))).join('');
}

export function toHtml(text: Prose): string {
  return text.map((part) => (typeof part === 'string' ? escapeHtml(part) : bdi(part.user))).join('');
}

/** Short names stay on one line, or a browser would break them after a hyphen. */
function bdi(text: string): string {
  return `<bdi${text.length <= 28 ? ' class="n"' : ''}>${escapeHtml(text)}</bdi>`;
}

/** @param cell true inside a table, where a pipe must be escaped even in a code span */
export function toMarkdown(text: Prose, cell = false): string {
  const escaped = text.map((part) =>
    typeof part === 'string' ? part.replaceAll('\u00a0', ' ') : codeSpan(part.user, cell),
  );
  return escaped.join('');
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A code span, in which a forge sees no markup, no link and no mention; its fence outgrows any backticks inside. */
export function codeSpan(text: string, cell = false): string {
  // Forges differ in how they read a backslash before an escaped pipe, so a space keeps the two apart.
  const line = cell ? oneLine(text).replaceAll('\\|', '\\ |').replaceAll('|', '\\|') : oneLine(text);
  const fence = '`'.repeat(1 + longestRun(line));
  const padding = line === '' || /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A fenced block that no line of `text` can close. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(text)));
  return `${fence}${language}\n${visible(text).replace(/\n?$/, '\n')}${fence}`;
}

/** Lone surrogates, controls (terminal escapes among them) and bidirectional overrides, which can make a text read as another one. */
const deceptive = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export function visible(text: string): string {
  return text

    .replaceAll('\r\n', '\n')
    .replace(deceptive, (character) => (character === '\n' || character === '\t' ? character : '\ufffd'));
}

function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
