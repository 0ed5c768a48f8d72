/**
 * Manuals and API pages to validate on: the cleaned text of pages that none of the other domains holds. The domains of
 * pages and their raw text would otherwise hand each other the pages that one of them holds out.
 */
import { isForValidation } from '../lib/choose.mjs';
import { apiDocs, apiDocuments } from './api-docs.mjs';
import { manualDocuments, manuals } from './manuals.mjs';

export const docsValid = {
  name: 'docs-valid',
  packages: [...manuals.packages, ...apiDocs.packages],
  *documents(packages) {
    for (const page of manualDocuments(packages))
      if (isForValidation(page)) yield { ...page, kind: 'manual' };
    for (const page of apiDocuments(packages)) if (isForValidation(page)) yield { ...page, kind: 'api' };
  },
};
