/** Analyses of transfer as one page. */
import type { TransferAnalysis } from '../../records.js';
import { htmlPage } from '../page.js';
import { escapeHtml, sentences, toHtml } from '../prose.js';
import { isTuned } from './kind.js';
import { transferSections } from './sections.js';
import { transferSentences } from './summary.js';

/** @param transfers one or more */
export function transferPage(transfers: readonly TransferAnalysis[], assayVersion: string): string {
  const body = `<header>
<p class="kicker">Assay transfer</p>
<h1>Does the proxy rank recipes as the ${transfers.every(isTuned) ? 'tuned target' : 'target'} does?</h1>
${transfers.map((analysis) => `<p class="lead">${toHtml(sentences(transferSentences(analysis)))}</p>`).join('\n')}
</header>
${transferSections(transfers)}
<footer>Written by Assay ${escapeHtml(assayVersion)}. Intervals are 95 % bootstrap intervals over seeds.</footer>`;
  return htmlPage({ title: 'Transfer', assayVersion, body });
}
