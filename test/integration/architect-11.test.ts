import t from 'tap'

import { cases, generate, modulesOf, readFixtureText } from '../fixtures/architect.ts'

/** Needs npm's registry, unless an earlier run has left this Architect in node_modules/.cache. */
const version = '11.3.0'
const modules = await modulesOf(version)

for (const name of cases) {
  t.test(`${name}: Architect ${version} still says what the plans are tested with`, async (t) => {
    t.equal(await generate(name, modules), await readFixtureText(name, version))
  })
}
