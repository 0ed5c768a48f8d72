/** Amounts as people read them: counts and durations, with plain spaces. */

/** `124,439,808`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 seed`, `3 seeds`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `950`, `12.3k`, `4.56M`: three significant digits. */
export function shortCount(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (value >= size * 0.9995) return `${Number((value / size).toPrecision(3))}${unit}`;
  }
  return `${Math.round(value)}`;
}

/** `4.1 s`, `45 s`, `4 min 12 s`, `3 h 05 min`. */
export function duration(exact: number): string {
  if (exact < 9.95) return `${exact.toFixed(1)} s`;
  const seconds = Math.round(exact);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${count(Math.floor(minutes / 60))} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
