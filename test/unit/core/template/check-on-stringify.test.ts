import t from 'tap'

import { checkOnStringify } from '../../../../plugin/core/template/check-on-stringify.ts'

t.test('the text of a template is checked, and stays what it was', (t) => {
  const template = { Resources: { A: { Type: 'One' } } }
  const text = JSON.stringify(template)
  const copy = { ...template }
  checkOnStringify(template, () => {
    if (template.Resources.A.Type !== 'One') throw new Error('changed')
  })
  t.equal(JSON.stringify(template), text)
  t.strictSame(Object.keys(template), ['Resources'])
  t.strictSame(structuredClone(template), copy, 'a copy is a plain one')
  t.strictSame({ ...template }, copy)
  template.Resources.A.Type = 'Two'
  t.throws(() => JSON.stringify(template, null, 2), { message: 'changed' })
  t.end()
})
