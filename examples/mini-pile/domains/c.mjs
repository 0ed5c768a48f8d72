/** C: the core of the Linux kernel, without drivers and architectures. A source file is a document. */
import { join } from 'node:path';
import { wholeFiles } from '../lib/files.mjs';
import { unpackArchive } from '../lib/packages.mjs';

const directories = 'block certs crypto fs init io_uring ipc kernel lib mm net security virt'.split(' ');

export const c = {
  name: 'c',
  packages: ['linux-source-6.1'],
  documents(packages, folder) {
    const [[name, { folder: unpacked }]] = packages;
    const archive = join(unpacked, 'usr/src/linux-source-6.1.tar.xz');
    const tree = join(folder, 'tree');
    unpackArchive(
      archive,
      directories.flatMap((directory) => [`*-6.1/${directory}/*.c`, `*-6.1/${directory}/*.h`]),
      tree,
    );
    const files = new Map([[name, { folder: tree }]]);
    return wholeFiles(
      files,
      () => true,
      (path) => path.split('/')[1],
    );
  },
};
