/** Globs over names that were listed remotely, in the same language as local ones: `*`, `**`, `?`, `{a,b}`, `[ab]`. */

export function isGlob(path: string): boolean {
  return /[*?{[]/.test(path);
}

/** The folders that a path begins with before its first glob character, and the rest. */
export function literalFolder(path: string): { folder: string; rest: string } {
  const glob = path.search(/[*?{[]/);
  const slash = path.lastIndexOf('/', glob < 0 ? undefined : glob);
  return { folder: path.slice(0, Math.max(0, slash)), rest: path.slice(slash + 1) };
}

/** Whether a name below a folder matches; a part that begins with a dot matches only a pattern that says so. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const parts = pattern.replace(/(^|\/)\*\*$/, '$1**/*').split('/');
  const expression = new RegExp(`^${parts.map(partPattern).join('').replace(/\/$/, '')}$`, 'su');
  return (name) => expression.test(name);
}

/** One part with the slash after it. */
function partPattern(part: string): string {
  if (part === '**') return '(?:(?!\\.)[^/]+/)*';
  let out = part.startsWith('.') ? '' : '(?!\\.)';
  let depth = 0;
  for (let i = 0; i < part.length; i++) {
    const c = part[i]!;
    const close = c === '[' ? part.indexOf(']', i + 2) : -1;
    if (c === '*') out += '[^/]*';
    else if (c === '?') out += '[^/]';
    else if (close > 0) {
      const inside = part
        .slice(i + 1, close)
        .replace(/^!/, '^')
        .replace(/[\\[\]&|~]/g, '\\$&');
      out += `[${inside}]`;
      i = close;
    } else if (c === '{') {
      depth++;
      out += '(?:';
    } else if (c === '}' && depth > 0) {
      depth--;
      out += ')';
    } else if (c === ',' && depth > 0) out += '|';
    else out += c.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return `${out}${')'.repeat(depth)}/`;
}
