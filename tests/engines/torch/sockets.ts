/** Which TCP ports processes listen on, as Linux tells in `/proc`. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** In `/proc/net/tcp`. */
const listenState = '0A';

/** Children of a process, and theirs. */
export function processesBelow(parent: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = all.map(Number).filter((pid) => parentOf(pid) === parent);
  return children.flatMap((pid) => [pid, ...processesBelow(pid)]);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // it has ended
  }
}

/** Addresses that one of the processes listens on, in the kernel's hexadecimal words. */
export function listening(pids: readonly number[]): string[] {
  const own = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((table) => {
    const lines = readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1);
    return lines.flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [local, state, inode] = [fields[1]!, fields[3]!, fields[9]!];
      return state === listenState && own.has(inode) ? [local.split(':')[0]!] : [];
    });
  });
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? [];
    } catch {
      return []; // it has been closed
    }
  });
}

/** 127.0.0.0/8, ::1, or the first inside of IPv6; words of four bytes, the last byte first. */
export function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  return address === `${'0'.repeat(24)}01000000` || /^0{16}FFFF0000\w{6}7F$/.test(address);
}
