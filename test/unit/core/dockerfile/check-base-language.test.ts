import t from 'tap'

import {
  checkBaseLanguage,
  languageOfBase,
} from '../../../../plugin/core/dockerfile/check-base-language.ts'

const base = (reference: string) => ({ entryPoint: { kind: 'base', reference } }) as const
const node = 'public.ecr.aws/lambda/nodejs:24'
const python = 'mirror.example/aws/lambda/python:3.13-arm64@sha256:00'

t.test("AWS's images are known by name, also behind a mirror", (t) => {
  t.strictSame(languageOfBase(node), { language: 'node', version: '24' })
  t.strictSame(languageOfBase(python), { language: 'python', version: '3.13' })
  t.equal(languageOfBase('python:3.13'), undefined)
  t.equal(languageOfBase('public.ecr.aws/lambda/provided:al2023'), undefined)
  t.end()
})

t.test('a base for another language, unless the Dockerfile starts something of its own', (t) => {
  const snake = { name: 'snake', language: 'python' } as const
  t.match(checkBaseLanguage(snake, `FROM ${node}\n`, base(node)), {
    code: 'BASE_UNFIT',
    message:
      /docker\/snake\/Dockerfile starts from .*nodejs:24, .* in Python: .*FROM public.ecr.aws\/lambda\/python:/,
  })
  t.match(checkBaseLanguage({ name: 'img' }, '', base(python)), { message: /written in Node/ })
  t.equal(checkBaseLanguage(snake, '', base(python)), undefined)
  t.equal(checkBaseLanguage({ name: 'img' }, '', base(node)), undefined)
  t.equal(checkBaseLanguage(snake, '', base('python:3.13')), undefined)
  t.equal(checkBaseLanguage(snake, 'COPY bootstrap /var/runtime/', base(node)), undefined)
  const own = { entryPoint: { kind: 'own', argv: ['/usr/bin/python3'] } } as const
  t.equal(checkBaseLanguage(snake, '', own), undefined)
  t.end()
})
