import { chmod } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { checkPythonSyntax } from '../../../../plugin/effects/dockerfile/check-python-syntax.ts'

const base = (version: string) => `public.ecr.aws/lambda/python:${version}`
const python = await execa('python3', ['--version'], { reject: false })
const skip = python.stdout?.startsWith('Python 3') ? false : 'no python3 on this machine'

const image = (entryFile: string) =>
  ({ name: 'snake', language: 'python', functions: [{ entryFile }] }) as const

t.test('what Python cannot read is refused in its own words', { skip }, async (t) => {
  const folder = t.testdir({
    'broken.py': 'import os\n\ndef handler(event, context:\n    return 1\n',
    'whole.py': 'def handler(event, context):\n    return undefined_name\n',
    'tabs.py': 'def handler(event, context):\n        a = 1\n\treturn a\n',
  })
  const check = (file: string, version = '3.6') =>
    checkPythonSyntax(image(join(folder, file)), base(version), process.env)
  await t.rejects(check('broken.py'), {
    code: 'PYTHON_INVALID',
    message: /broken\.py", line 3\n {4}def handler\(event, context:\n[^]*SyntaxError: /,
  })
  await t.rejects(check('tabs.py'), { message: /TabError: inconsistent use/ })
  await t.resolves(check('whole.py'), 'it is read, not run')
  await t.resolves(check('broken.py', '3.99'), 'a newer Python may read what this one cannot')
  await t.resolves(checkPythonSyntax(image(join(folder, 'broken.py')), 'mine:1', process.env))
  await t.resolves(checkPythonSyntax(image(join(folder, 'broken.py')), undefined, process.env))
})

t.test('without a Python, or with one that does not start, nothing is said', async (t) => {
  const folder = t.testdir({ python3: '#!/bin/sh\nexit 1\n', 'broken.py': 'def (' })
  const check = (PATH: string) =>
    checkPythonSyntax(image(join(folder, 'broken.py')), base('3.6'), { PATH })
  await t.resolves(check('/nonexistent'))
  await chmod(join(folder, 'python3'), 0o755)
  await t.resolves(check(`${folder}:/bin`))
})
