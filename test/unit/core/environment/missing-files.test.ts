import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import { type Found, missingFiles } from '../../../../plugin/core/environment/missing-files.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

function imageOf(
  environment: Readonly<Record<string, unknown>>,
  more: Partial<PlannedImage> = {},
): PlannedImage {
  const setBy = { NODE_OPTIONS: "set by plugin 'otel'" }
  return plannedImage({ functions: [plannedFunction({ environment, setBy })], ...more })
}

const say = (
  image: PlannedImage,
  known: Readonly<Record<string, Found>>,
  others: Found = 'missing',
) => missingFiles(image, (path) => known[path] ?? others).map(({ message }) => message)

t.test('a file that is not there is named with who asks for it and what to do', (t) => {
  const [message] = say(imageOf({ NODE_OPTIONS: '--require /var/task/tracing.js' }), {})
  t.match(
    message,
    "'get /': NODE_OPTIONS (set by plugin 'otel') asks for '--require /var/task/tracing.js'",
  )
  t.match(message, 'the image has no /var/task/tracing.js')
  t.match(message, 'is at /var/task/FUNCTION/ in its image')
  const wrapper = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' }
  t.match(say(imageOf(wrapper), {}), [/\(set by a plugin\).*No layer of the function has it/])
  const dropped = imageOf(wrapper, { settings: { ...readImageSettings(), layers: 'drop' } })
  t.match(say(dropped, {}), [/'layers drop' leaves out.*'layers include'/])
  t.match(say(imageOf(wrapper), { 'opt/wrap': 'file' }), ['/opt/wrap is not executable there'])
  t.match(say(imageOf({ NODE_OPTIONS: '-r dd-trace/init' }), {}), [
    /no package 'dd-trace'.*docker\/img\/package\.json/,
  ])
  t.end()
})

t.test('what is there, and what nobody knows yet', (t) => {
  const options = { NODE_OPTIONS: '-r ./a' }
  t.strictSame(say(imageOf(options), { 'var/task/a.js': 'file' }), [])
  t.strictSame(say(imageOf(options), {}, 'unknown'), [])
  t.match(say(imageOf(options), { 'var/task/a': 'directory' }), [/no \/var\/task\/a/])
  t.strictSame(say(imageOf({ NODE_PATH: '/opt/lib' }), { 'opt/lib': 'directory' }), [])
  t.strictSame(say(imageOf({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/w' }), { 'opt/w': 'program' }), [])
  t.strictSame(say(imageOf({ GREETING: '/opt/nothing' }), {}), [])
  t.end()
})
