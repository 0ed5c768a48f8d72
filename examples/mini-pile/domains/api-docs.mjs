/** API documentation: the pages of Java's classes, packages and modules as text. A page is a document. */
import { join } from 'node:path';
import { isForValidation } from '../lib/choose.mjs';
import { filesIn, readText } from '../lib/files.mjs';
import { htmlToText } from '../lib/html.mjs';

/** Every HTML page of the packages: { html, path, origin, package }. */
export function* apiPages(packages) {
  for (const [name, { folder }] of packages) {
    for (const path of filesIn(folder, (file) => file.endsWith('.html'))) {
      const html = readText(join(folder, path));
      if (html !== null) yield { html, path, origin: `${name}:${path}`, package: name };
    }
  }
}

/** The class of a page by its name: lists of uses, trees and letters of the index are no documentation. */
export function apiKind(path) {
  if (/\/(class-use|index-files)\/|package-(use|tree)\.html$|all(classes|packages)-index/.test(path))
    return 'index';
  return /\/(package|module)-summary\.html$/.test(path) ? 'summary' : 'class';
}

/** The main part of a page; a row of a summary (type, member, description) takes one line and its description. */
export const apiText = (html) =>
  htmlToText(html, {
    within: (name) => name === 'main',
    without: (_, { class: names = '' }) => /\b(table-tabs|table-header|nav)\b/.test(names),
    cell: (_, { class: names = '' }) =>
      /\bcol-(first|second|constructor-name|summary-item-name)\b/.test(names),
  });

/** The pages that document something. */
export function* apiDocuments(packages) {
  for (const { html, path, ...page } of apiPages(packages)) {
    const kind = apiKind(path);
    if (kind !== 'index') yield { text: apiText(html), ...page, kind };
  }
}

export const apiDocs = {
  name: 'api-docs',
  packages: ['openjdk-17-doc'],
  *documents(packages) {
    for (const page of apiDocuments(packages)) if (!isForValidation(page)) yield page;
  },
};
