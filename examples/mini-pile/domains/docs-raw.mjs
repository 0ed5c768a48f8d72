/**
 * Manuals and API pages as they lie in their packages, hardly cleaned: for recipes that build their corpus themselves.
 * All pages, also those that only point to others; markup characters are gone, navigation and definitions stay.
 */
import { isForValidation } from '../lib/choose.mjs';
import { htmlToText } from '../lib/html.mjs';
import { rawManToText } from '../lib/roff.mjs';
import { apiDocs, apiPages } from './api-docs.mjs';
import { manualPages, manuals } from './manuals.mjs';

export const docsRaw = {
  name: 'docs-raw',
  packages: [...manuals.packages, ...apiDocs.packages],
  /** Two domains in one. */
  capBytes: 40e6,
  *documents(packages) {
    for (const { source, ...page } of manualPages(packages)) {
      if (!isForValidation(page)) yield { text: rawManToText(source), ...page, kind: 'manual' };
    }
    for (const { html, path: _, ...page } of apiPages(packages)) {
      if (!isForValidation(page)) yield { text: htmlToText(html), ...page, kind: 'api' };
    }
  },
};
