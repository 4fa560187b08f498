import t from 'tap'

import { setupError } from '../../../../plugin/core/setup-error.ts'
import { didYouMean, nearest } from '../../../../plugin/core/basics/suggest.ts'

t.test('the nearest name, when it is near', (t) => {
  const names = ['repository', 'define', 'define-secret', 'base']
  t.equal(nearest('repositroy', names), 'repository', 'a swap is one step')
  t.equal(nearest('Define', names), 'define')
  t.equal(nearest('define-secrets', names), 'define-secret')
  t.equal(nearest('bases', names), 'base')
  t.equal(nearest('lancedb', names), undefined)
  t.equal(nearest('x', ['y']), undefined, 'nothing in common')
  t.equal(nearest('x', []), undefined)
  t.end()
})

t.test('a sentence or nothing', (t) => {
  t.equal(didYouMean('bse', ['base']), " Did you mean 'base'?")
  t.equal(didYouMean('bse', []), '')
  t.end()
})

t.test("all mistakes in the form of Architect's inventory", (t) => {
  const one = { code: 'IMAGE_UNUSED', message: 'one' } as const
  const two = { code: 'IMAGE_UNUSED', message: 'two' } as const
  t.match(setupError([one]), {
    code: 'SETUP_INVALID',
    message: 'Validation error:\n- IMAGE_UNUSED: one',
  })
  t.equal(
    setupError([one, two]).message,
    'Validation errors:\n- IMAGE_UNUSED: one\n- IMAGE_UNUSED: two',
  )
  t.end()
})
