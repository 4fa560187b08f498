import type { Started, StartResults } from './results.ts'

/** "Start of a function" of `bench/README.md`. */
export function startSection(results: StartResults): string {
  const { date, node, platform, runs, handler, packages } = results
  return `
## Start of a function

\`node bench/start.ts\` on ${date}, Node ${node}, ${platform}: processor time of a process until the example's handler, and until the packages of its image alone, are loaded, with and without \`bundle-packages all\`. Medians of ${runs} runs in turns, files in the page cache. Node alone takes ${handler.empty.toFixed(0)} ms of each.

| Loaded | as files | bundled | Ratio | Ratio without Node's own start |
| --- | ---: | ---: | ---: | ---: |
${row('handler', handler)}
${row('packages', packages)}
`
}

function row(name: string, { empty, plain, bundled }: Started): string {
  const whole = bundled / plain
  const loading = (bundled - empty) / (plain - empty)
  return `| ${name} | ${plain.toFixed(0)} ms | ${bundled.toFixed(0)} ms | ${whole.toFixed(2)} | ${loading.toFixed(2)} |`
}
