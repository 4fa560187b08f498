import t from 'tap'

import { lacksPythonName } from '../../../../plugin/core/plan/python-entry.ts'

const has = [
  'def handler(event, context):\n    return 1\n',
  'async def run(): ...\nhandler = run\n',
  'from app import handler\n',
  'from app import run as handler\n',
  'from app import *\n',
  "globals()['hand' + 'ler'] = print\n",
  'def __getattr__(name):\n    return print\n',
]
const beside = ["marks = {'#': 1}; handler = print\n", 'vars()["hand" + "ler"] = print\n']
const lacks = [
  '',
  'def handle(event, context):\n    return 1\n',
  'def handlers(): ...\n',
  '# def handler(event, context):\ndef main(): ...\n',
]

t.test('what may have the name, and what cannot', (t) => {
  for (const text of [...has, ...beside]) t.equal(lacksPythonName(text, 'handler'), false, text)
  for (const text of lacks) t.equal(lacksPythonName(text, 'handler'), true, text)
  t.equal(lacksPythonName('def überweisen(): ...\n', 'überweisen'), false)
  t.equal(lacksPythonName('def überweisen(): ...\n', 'weisen'), true)
  t.end()
})
