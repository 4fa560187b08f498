/**
 * Loaded before each test file (`.taprc`): V8's code of tap and of ours is kept from one file to the
 * next, a tenth of the suite's time. For the test's own process only: what a test starts runs as it
 * does for everybody.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/test-code'))
