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

t.test('one mistake as it is, several with a line each', (t) => {
  const one = { code: 'IMAGE_UNUSED', message: 'one' } as const
  const two = { code: 'IMAGE_UNUSED', message: 'two' } as const
  t.match(setupError([one]), { code: 'IMAGE_UNUSED', message: 'one' }, 'one label')
  t.equal(setupError([one, two]).message, '2 mistakes:\n- IMAGE_UNUSED: one\n- IMAGE_UNUSED: two')
  t.end()
})
