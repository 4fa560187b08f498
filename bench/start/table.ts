import type { Least, Started, StartResults } from './results.ts'

/** "Start of a function" of `bench/README.md`. */
export function startSection(results: StartResults): string {
  const { date, node, platform, runs, handler, packages, least } = results
  return `
## Start of a function

\`node bench/start.ts\` on ${date}, Node ${node}, ${platform}: processor time of a process until the example's handler, and until the packages of its image alone, are loaded, with and without \`bundle-packages all\`. Medians of ${runs} runs in turns, files in the page cache. Node alone takes ${handler.empty.toFixed(0)} ms of each.

| Loaded | as files | bundled | Ratio | Ratio without Node's own start |
| --- | ---: | ---: | ---: | ---: |
${row('handler', handler)}
${row('packages', packages)}
${least === undefined ? '' : leastText(results.handler, least)}`
}

/** Of what the handler's start consists that no bundling of packages changes. */
function leastText({ empty, plain }: Started, { own, native, compiled, oneScript }: Least): string {
  const fixed = empty + own + native + compiled
  return `
Of the handler's start ${ms(fixed)}, ${(fixed / plain).toFixed(2)} of what it takes with files, are not the loader's: ${ms(empty)} are Node's own, ${ms(own)} the function's own code with the parts of Node that it asks for, ${ms(native)} the loading of the native file, ${ms(compiled)} V8's compiling of the packages' modules. Running those modules, and finding, reading and making them, is the rest. One minified script of everything by esbuild, whose modules are no longer Node's, takes ${ms(oneScript)}, ${(oneScript / plain).toFixed(2)}.
`
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`
}

function row(name: string, { empty, plain, bundled }: Started): string {
  const whole = bundled / plain
  const loading = (bundled - empty) / (plain - empty)
  return `| ${name} | ${plain.toFixed(0)} ms | ${bundled.toFixed(0)} ms | ${whole.toFixed(2)} | ${loading.toFixed(2)} |`
}
