/** The domains of the mini-Pile, each with its packages and its rule of extraction. */
import { apiDocs } from './api-docs.mjs';
import { c } from './c.mjs';
import { changelogs } from './changelogs.mjs';
import { dictionary } from './dictionary.mjs';
import { docsRaw } from './docs-raw.mjs';
import { docsValid } from './docs-valid.mjs';
import { formalMaths } from './formal-maths.mjs';
import { german } from './german.mjs';
import { go } from './go.mjs';
import { manuals } from './manuals.mjs';
import { prose } from './prose.mjs';
import { python } from './python.mjs';
import { sql } from './sql.mjs';
import { tex } from './tex.mjs';

export const domains = [
  c,
  go,
  python,
  sql,
  tex,
  formalMaths,
  dictionary,
  manuals,
  apiDocs,
  changelogs,
  german,
  prose,
  docsRaw,
  docsValid,
];
