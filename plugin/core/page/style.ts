/** Colours in pairs, for light and for dark; text on each has a contrast of 4.5 at least. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf8, #14161a);
  --panel: light-dark(#ffffff, #1c1f25);
  --line: light-dark(#dedad3, #353a43);
  --text: light-dark(#1f2328, #e8e6e1);
  --quiet: light-dark(#5b6169, #a4a9b2);
  --base: light-dark(#d9dee6, #2d3440);
  --layers: light-dark(#e3d9ee, #3c3149);
  --packages: light-dark(#cfe3f5, #1d3c57);
  --functions: light-dark(#d3ebd6, #1f4430);
  --other: light-dark(#efe3cd, #463a22);
  --more: light-dark(#a3320b, #ff9d72);
  --less: light-dark(#14663a, #6fd49b);
  --accent: light-dark(#1a5a96, #7db8ee);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .25rem; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 3rem 0 .25rem; letter-spacing: -.01em; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem }
p { margin: .25rem 0 .75rem; max-width: 46rem }
.quiet { color: var(--quiet) }
.more { color: var(--more) }
.less { color: var(--less) }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 1.25rem; padding: 0; list-style: none }
.figures li { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .9rem; min-width: 8.5rem }
.figures b { display: block; font-size: 1.25rem; line-height: 1.3; font-variant-numeric: tabular-nums }
.figures span { color: var(--quiet); font-size: .85rem }
.treemap { position: relative; height: clamp(26rem, 56vw, 42rem); margin: 0 0 .5rem; background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden }
.tile { position: absolute; overflow: hidden; border-radius: .25rem; container-type: size; font-size: .8rem; line-height: 1.25; white-space: nowrap }
.tile span { display: block; overflow: hidden; text-overflow: ellipsis; padding: .15rem .4rem 0 }
.tile .size { color: inherit; padding-top: 0; font-variant-numeric: tabular-nums }
.part { border: 1px solid var(--line) }
.part > span { font-weight: 600 }
.leaf { outline: 1px solid light-dark(rgb(0 0 0 / .12), rgb(255 255 255 / .1)); outline-offset: -1px }
.base { background: var(--base) } .layers { background: var(--layers) } .packages { background: var(--packages) }
.functions { background: var(--functions) } .other { background: var(--other) }
.inner { background: light-dark(rgb(255 255 255 / .45), rgb(0 0 0 / .28)) }
.added, .grown { outline: 2px solid var(--more); outline-offset: -2px }
.shrunk { outline: 2px solid var(--less); outline-offset: -2px }
@container (width < 3.2rem) { .tile span { display: none } }
@container (height < 1.3rem) { .tile span { display: none } }
@container (height < 2.5rem) { .tile.leaf .size { display: none } }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; margin: 0 0 1rem; padding: 0; list-style: none; font-size: .85rem; color: var(--quiet) }
.legend i { display: inline-block; width: .85rem; height: .85rem; border-radius: .2rem; margin-right: .4rem; vertical-align: -.08rem; border: 1px solid var(--line) }
.legend i.added, .legend i.shrunk { background: none; border: 0 }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; background: var(--panel) }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
caption { text-align: left; padding: .6rem .8rem .2rem; color: var(--quiet) }
th, td { padding: .35rem .8rem; text-align: left; border-top: 1px solid var(--line) }
thead th, thead td { border-top: 0 }
thead th { color: var(--quiet); font-weight: 500; white-space: nowrap }
tbody th { font-weight: 400; min-width: 11rem; overflow-wrap: anywhere }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.bar { width: 9rem; min-width: 6rem }
.bar i { display: block; height: .6rem; border-radius: .3rem; background: currentColor }
h3 + .treemap { height: clamp(14rem, 28vw, 22rem) }
details { margin: .5rem 0 0 }
summary { cursor: pointer; padding: .35rem 0; color: var(--accent); width: fit-content }
.chart { display: block; width: 100%; min-width: 40rem; height: auto }
.chart text { fill: var(--quiet); font: 12px system-ui, sans-serif }
.chart .grid { stroke: var(--line); stroke-width: 1 }
.chart .deploy { stroke: var(--more); stroke-width: 1.5; stroke-dasharray: 4 3 }
.chart .deploy-name { fill: var(--more) }
.chart .middle { fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linejoin: round }
.chart .high { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 1 3; stroke-linecap: round; stroke-linejoin: round }
.chart .dot { fill: var(--accent) }
.chart .column { fill: light-dark(#e4e0d8, #2f343d) }
.advice { border-left: 3px solid var(--more); padding: .1rem 0 .1rem .9rem; margin: 1rem 0 }
@media (max-width: 40rem) { main { padding: 1.25rem .9rem 3rem } .bar { display: none } }
@media print { .scroll { overflow: visible } details > :not(summary) { display: block } }
`
