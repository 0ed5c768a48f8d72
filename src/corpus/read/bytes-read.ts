/** How much was read from sources, by this process and on its behalf: what shows that a text is not read twice. */

let total = 0;

export function addBytesRead(bytes: number): void {
  total += bytes;
}

/** Bytes taken from files and the network for sources since the process began, as stored (before decompression). */
export function sourceBytesRead(): number {
  return total;
}
