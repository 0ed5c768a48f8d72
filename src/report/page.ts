/**
 * The frame of every page: one file that needs nothing else. It holds no script, and its content policy forbids every
 * request, so that a page from elsewhere can be opened without trust.
 */
import { escapeHtml } from './prose.js';
import { styles } from './styles.js';

export interface Page {
  /** Plain text. */
  title: string;
  assayVersion: string;
  /** HTML inside of `<main>`. */
  body: string;
  /** Beyond those of every page. */
  extraStyles?: string;
}

export function htmlPage({ title, assayVersion, body, extraStyles = '' }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="Assay ${escapeHtml(assayVersion)}">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${styles}${extraStyles}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}
