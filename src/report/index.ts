/** The answer for people and programs: terminal, Markdown, one HTML file, JSON. */
export { buildReport, type ReportInputs } from './build.js';
export { renderRankingSvg } from './charts/ranking.js';
export { corpusPage } from './corpus/page.js';
export { corpusText, type InspectedSource } from './corpus/text.js';
export { decide } from './decision/decide.js';
export { renderHtml } from './html.js';
export { renderMarkdown } from './markdown.js';
export { rateFigure, writeRateFigure } from './rate/figure.js';
export { rateText } from './rate/text.js';
export { simulationPage, simulationSvg } from './simulate/page.js';
export { simulationText } from './simulate/text.js';
export { type Paint, rankingTable, terminalPaint } from './terminal.js';
export { transferPage } from './transfer/page.js';
export { transferText } from './transfer/text.js';
export { type ReportFiles, writeReport } from './write.js';
