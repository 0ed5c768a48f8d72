/** TeX: the code of LaTeX packages and classes. A file is a document. */
import { extname } from 'node:path';
import { wholeFiles } from '../lib/files.mjs';

export const tex = {
  name: 'tex',
  packages: ['texlive-latex-extra'],
  documents: (packages) =>
    wholeFiles(
      packages,
      (path) => /\.(sty|cls|def|tex|ldf|mld|cfg|clo|code|ltx|bbx|cbx|lbx|fd)$/.test(path),
      (path) => extname(path).slice(1),
    ),
};
