/** Debian packages without root: `apt-get download` into a folder, `dpkg-deb -x` beside it; nothing is installed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FetchError } from './fetch-error.mjs';

/** Every package is asked for from this release, so that two machines get the same text. */
const release = 'bookworm';

/**
 * Downloads packages from the configured mirror and unpacks each into `folder/<name>`.
 * @returns {Map<string, { folder: string, version: string }>} by package name
 * @throws FetchError where apt or dpkg-deb is missing or a package cannot be had
 */
export function unpackPackages(names, folder) {
  const downloads = join(folder, 'downloads');
  mkdirSync(downloads);
  // Downloading as root, apt would hand over to a user who may not write here, and warn.
  const options = ['-q', '-o', 'APT::Sandbox::User=root'];
  runTool('apt-get', ['download', ...options, ...names.map((name) => `${name}/${release}`)], downloads);

  const unpacked = new Map();
  for (const file of readdirSync(downloads).sort()) {
    const [name, version] = file.split('_').map(decodeURIComponent);
    const target = join(folder, name);
    runTool('dpkg-deb', ['-x', join(downloads, file), target], folder);
    rmSync(join(downloads, file));
    unpacked.set(name, { folder: target, version });
  }
  return unpacked;
}

/**
 * Unpacks the members of a tar.xz that match `patterns` into a folder.
 * @throws FetchError where tar or xz is missing or the archive is damaged
 */
export function unpackArchive(archive, patterns, folder) {
  mkdirSync(folder);
  runTool('tar', ['-xJf', archive, '-C', folder, '--wildcards', ...patterns], folder);
}

/** Runs a program of the system in a folder. A failure is told in its own last lines. */
export function runTool(program, args, cwd, input) {
  try {
    // English messages and plain sorting, whatever the user's language.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    return execFileSync(program, args, { cwd, env, input, maxBuffer: 64e6, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (cause) {
    if (cause.code === 'ENOENT') {
      throw new FetchError(
        `${program}: not on this system, expected a Debian system (or one made from it, as a container)`,
        `Run this in a container of Debian 12, or install ${program}.`,
      );
    }
    const said = String(cause.stderr ?? cause)
      .trim()
      .split('\n')
      .slice(-4)
      .join('\n  ');
    throw new FetchError(
      `${program} ${args[0]}: failed\n  ${said}`,
      program === 'apt-get'
        ? `The package lists must know Debian ${release} main and be fresh: run \`apt-get update\`, then this again.`
        : 'Run this again: what is finished stays.',
    );
  }
}
