import type { PackageRow } from '../package-row.ts'
import { compiled } from './compiled.ts'

export const documents: readonly PackageRow[] = [
  {
    name: 'pdfjs-dist',
    version: '6.5.438',
    with: { 'pdf-lib': '1.17.1' },
    handler: `import { PDFDocument } from 'pdf-lib'
export const handler = async () => {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const made = await PDFDocument.create()
  made.addPage().drawText('forty-two')
  const page = await (await getDocument({ data: await made.save() }).promise).getPage(1)
  return (await page.getTextContent()).items.map(({ str }) => str).join('')
}`,
    expected: { answers: 'forty-two' },
    advice: 'An ES module: by `await import()`.',
  },
  {
    name: 'pdf-lib',
    version: '1.17.1',
    handler: `import { PDFDocument } from 'pdf-lib'
export const handler = async () => {
  const made = await PDFDocument.create()
  made.addPage()
  return (await PDFDocument.load(await made.save())).getPageCount()
}`,
    expected: { answers: 1 },
  },
  {
    name: 'pdfkit',
    version: '0.20.2',
    handler: `import PDFDocument from 'pdfkit'
export const handler = async () => {
  const document = new PDFDocument()
  document.text('forty-two')
  document.end()
  const chunks = []
  for await (const chunk of document) chunks.push(chunk)
  return Buffer.concat(chunks).subarray(0, 5).toString()
}`,
    expected: { answers: '%PDF-' },
  },
  {
    name: 'jsdom',
    version: '31.0.1',
    handler: `import { JSDOM } from 'jsdom'
export const handler = async () => new JSDOM('<p>42</p>').window.document.querySelector('p').textContent`,
    expected: {
      refused: 'MODULE_UNLOADABLE',
      says: /jsdom@31\.0\.1 .*--experimental-require-module/s,
    },
    advice:
      'It requires ES modules: an older version, or `NODE_OPTIONS=--experimental-require-module`.',
  },
  {
    name: 'lightningcss',
    version: '1.33.0',
    handler: `import { transform } from 'lightningcss'
export const handler = async () => transform({ filename: 'a.css', code: Buffer.from('a { color: red }'), minify: true }).code.toString()`,
    expected: { answers: 'a{color:red}' },
    usedOnArm: true,
  },
  {
    name: '@swc/core',
    version: '1.16.22',
    handler: `import { transformSync } from '@swc/core'
export const handler = async () => transformSync('let a: number = 1', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }).code.trim()`,
    expected: { answers: 'let a = 1;' },
  },
  {
    name: 'geoip-lite',
    version: '2.0.3',
    handler: `import geoip from 'geoip-lite'
export const handler = async () => geoip.lookup('8.8.8.8').country`,
    expected: { answers: 'US' },
  },
  {
    name: 'tiktoken',
    version: '1.0.22',
    handler: `import { get_encoding } from 'tiktoken'
export const handler = async () => get_encoding('cl100k_base').encode('hello world').length`,
    expected: { answers: 2 },
  },
  {
    name: 'tree-sitter',
    version: '0.25.1',
    with: { 'tree-sitter-javascript': '0.25.0' },
    handler: `import Parser from 'tree-sitter'
import JavaScript from 'tree-sitter-javascript'
export const handler = async () => {
  const parser = new Parser()
  parser.setLanguage(JavaScript)
  return parser.parse('f(1)').rootNode.type
}`,
    expected: {
      refused: 'START_REFUSED',
      says: /tree-sitter.*GLIBCXX_3\.4\.31|GLIBCXX_3\.4\.31.*tree-sitter/s,
    },
    advice: 'Its file needs a newer libstdc++ than the base has, which only the start check sees.',
  },
  compiled('libxmljs2', '0.37.0', 'Take a parser in JavaScript or WebAssembly, or a Dockerfile.'),
  compiled('re2', '1.27.1', 'Take `re2-wasm`, or a Dockerfile.'),
  {
    name: 'puppeteer-core',
    version: '25.16.0',
    handler: `export const handler = async () => {
  const { default: puppeteer } = await import('puppeteer-core')
  return await puppeteer.launch({ executablePath: '/nothing' }).catch(({ message }) => /\\/nothing/.test(message))
}`,
    expected: { answers: true },
    advice: 'With `@sparticuz/chromium` for a browser.',
  },
]
