/**
 * How the page looks: system fonts, white space, one accent. Colours are custom properties, so that charts follow the
 * reader's light or dark scheme; blue against orange is told apart with every common colour vision.
 */

export const lightColours: Record<string, string> = {
  paper: '#ffffff',
  ink: '#1c2127',
  quiet: '#5b6570',
  line: '#e4e7eb',
  accent: '#1b5fae',
  better: '#1b5fae',
  worse: '#c2600c',
};

const darkColours: Record<string, string> = {
  paper: '#15181b',
  ink: '#e5e8eb',
  quiet: '#9ba5af',
  line: '#2c3238',
  accent: '#7fb6f2',
  better: '#6aa9f0',
  worse: '#eb9a4b',
};

/** Paul Tol's "bright" scheme, made for colour-blind readers, its grey last. */
export const sourceColours = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#999999'];

const properties = (colours: Record<string, string>) =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const palette = properties(Object.fromEntries(sourceColours.map((colour, i) => [`source${i}`, colour])));

export const styles = `
:root{color-scheme:light dark;${properties(lightColours)};${palette}}
@media (prefers-color-scheme:dark){:root{${properties(darkColours)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:61rem;margin:0 auto;padding:3.5rem 1.5rem 6rem}
header{margin-bottom:3rem}
h1{font-size:clamp(1.5rem,1.1rem + 2vw,2.15rem);line-height:1.22;font-weight:600;letter-spacing:-.012em;margin:.4rem 0 1rem;max-width:46rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;font-weight:600;margin:0 0 .35rem}
h3{font-size:.95rem;font-weight:600;margin:0 0 .25rem;overflow-wrap:anywhere}
h4{font-size:.88rem;font-weight:500;color:var(--quiet);margin:.25rem 0}
section{margin-top:4rem}
p{margin:.5rem 0;max-width:44rem}
a{color:var(--accent)}
.kicker,.about{color:var(--quiet)}
.kicker{font-size:.9rem;margin:0}
.about{font-size:.92rem;margin:0 0 1.25rem}
.lead{font-size:1.08rem}
.decision bdi,.lead bdi,.note bdi{font-weight:600}
.n{white-space:nowrap}
.below{margin-top:.9rem}
.note{border-left:3px solid var(--worse);padding:.1rem 0 .1rem 1rem;margin:1rem 0}
dl.decision{display:grid;gap:.7rem;margin:1.25rem 0 0;max-width:52rem}
dl.decision div{display:grid;grid-template-columns:9rem 1fr;gap:0 1.25rem}
dl.decision dt{color:var(--quiet);font-size:.92rem;padding-top:.1rem}
dl.decision dd{margin:0}
dl.facts{display:flex;flex-wrap:wrap;gap:1rem 2.75rem;margin:2rem 0 0}
dl.facts div{display:flex;flex-direction:column-reverse}
dl.facts dt{color:var(--quiet);font-size:.82rem}
dl.facts dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums}
figure{margin:0 0 1.5rem}
.plot{display:block;max-width:100%;height:auto}
.plot text{white-space:pre}
.narrow{display:none}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1.75rem 1.5rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0 0 .75rem;padding:0;font-size:.88rem}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.45em;vertical-align:-.05em;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
table.compact{width:auto}
table+h3,.scroll+h3,.panels+h3{margin-top:2rem}
td small{display:block;color:var(--quiet);font-size:.78rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.42rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{padding-left:.25rem}
thead th{color:var(--quiet);font-weight:500;border-bottom-color:var(--quiet);vertical-align:bottom}
tbody th{font-weight:400}
.r{text-align:right;white-space:nowrap}
.whole{white-space:nowrap}
td:not(.r,.whole){min-width:7rem}
.heat tbody th{min-width:9rem}
.heat td,.heat th{padding:.36rem .5rem}
.heat td{border-bottom:2px solid var(--paper);border-right:2px solid var(--paper);position:relative;isolation:isolate}
.heat td::before{content:"";position:absolute;inset:0;z-index:-1;background:var(--tone);opacity:var(--strength);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.heat small{display:block;color:var(--ink);opacity:.72;font-size:.72rem}
td bdi:not(.n),th bdi:not(.n){overflow-wrap:anywhere}
details{margin-top:1rem}
summary{cursor:pointer;color:var(--accent);font-size:.92rem}
details[open] summary{margin-bottom:.75rem}
pre{background:color-mix(in srgb,var(--ink) 5%,transparent);padding:1rem 1.25rem;border-radius:6px;overflow-x:auto;font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
li{margin:.4rem 0;max-width:44rem}
ul{padding-left:1.2rem}
footer{margin-top:4rem;color:var(--quiet);font-size:.85rem}
@media (max-width:44rem){dl.decision div{grid-template-columns:1fr}main{padding:2rem 1rem 4rem}section{margin-top:3rem}.wide{display:none}.narrow{display:block}}
@media print{:root{color-scheme:light;${properties(lightColours)}}main{max-width:none;padding:0}section{margin-top:2rem}figure,tr,.panels>div{break-inside:avoid}h2,h3{break-after:avoid}pre{white-space:pre-wrap}.scroll{overflow:visible}details::details-content{content-visibility:visible;display:block}summary{color:var(--quiet)}}
`;
