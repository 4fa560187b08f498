/** Writes the templates of test/fixtures/apps again, by Architect 11 and 12 themselves. */
import { cases, versions, writeFixture } from '../test/fixtures/architect.ts'

for (const version of versions) {
  for (const name of cases) await writeFixture(name, version)
}
