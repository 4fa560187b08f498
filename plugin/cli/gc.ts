import { parseArgs } from 'node:util'

import { count } from '../core/basics/count.ts'
import { formatAge, parseDuration } from '../core/basics/duration.ts'
import { formatBytes } from '../core/report/image-report.ts'
import { type GarbageVerdict, planGarbage } from '../core/retention/plan-garbage.ts'
import { removeTags } from '../effects/aws/stored-images.ts'
import { readRepositoryView } from '../effects/retention/read-repository-view.ts'
import { ContainerImageError } from '../errors.ts'
import { totalSize } from '../oci/descriptor.ts'
import { nameOf } from './images.ts'
import { keepStdout } from './keep-stdout.ts'
import { openApp, stackOf, stackOptions } from './open-app.ts'
import { createPaint } from './paint.ts'
import { formatTable } from './table.ts'

/**
 * `arc-images gc [--yes] [--stack NAME | --name NAME | --production] [--older-than 30d] [--json]`:
 * shows what would go and why; with `--yes` it goes. Everything is read before anything goes.
 * @throws ContainerImageError COMMAND_INVALID, and whatever a call of AWS ends in
 */
export async function gc(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...stackOptions,
      yes: { type: 'boolean', short: 'y', default: false },
      'older-than': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const { yes, json, 'older-than': age } = values
  const olderThan = age === undefined ? undefined : parseDuration(age)
  if (age !== undefined && olderThan === undefined)
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `--older-than takes days or weeks, such as 30d or 4w, not '${age}'.`,
    )
  const { app, settings, aws } = await keepStdout(() => openApp(process.cwd()))
  const { repository, keep } = settings
  const named = values.stack !== undefined || values.name !== undefined || values.production
  const stack = named ? stackOf(values, app) : undefined
  const now = Date.now()
  const view = await readRepositoryView(aws, repository)
  const verdicts = planGarbage({
    images: view?.images ?? [],
    stacks: view?.stacks ?? [],
    runElsewhere: view?.runElsewhere ?? new Set(),
    now,
    keep,
    ...(olderThan !== undefined && { olderThan }),
    ...(stack !== undefined && { stack }),
  })
  const tags = verdicts.flatMap(({ removes }) => removes)
  if (yes) await removeTags(aws, repository, tags)
  const text = json
    ? JSON.stringify({ repository, removed: yes, images: verdicts.map(toJson) }, null, 2)
    : format({ repository, verdicts, now, yes })
  process.stdout.write(`${text}\n`)
}

function toJson({ image, goes, removes, why }: GarbageVerdict) {
  return { ...image, pushedAt: new Date(image.pushedAt).toISOString(), goes, removes, why }
}

function format(given: {
  readonly repository: string
  readonly verdicts: readonly GarbageVerdict[]
  readonly now: number
  readonly yes: boolean
}): string {
  const { repository, verdicts, now, yes } = given
  const paint = createPaint(process.stdout, process.env)
  const touched = verdicts.filter(({ removes }) => removes.length > 0)
  const whole = touched.filter(({ goes }) => goes)
  const tags = touched.filter(({ goes }) => !goes).flatMap(({ removes }) => removes)
  const stay = verdicts.length - whole.length
  if (touched.length === 0)
    return `${repository}: nothing to remove, ${count(stay, 'image')} stay${stay === 1 ? 's' : ''}.`
  const rows = touched.flatMap(({ image, goes, removes, why }) =>
    goes
      ? [['image', nameOf(image), formatBytes(image.size), formatAge(now - image.pushedAt), why]]
      : removes.map((tag) => ['tag', tag, '', '', 'holds nothing any more']),
  )
  const size = formatBytes(totalSize(whole.map(({ image }) => image)))
  const done = yes ? 'Removed' : 'Would remove'
  const sum = `${done} ${count(whole.length, 'image')} (${size}) and ${count(tags.length, 'tag')} of others; ${count(stay, 'image')} stay${stay === 1 ? 's' : ''}.`
  const todo = yes ? '' : '\nRun it again with --yes to remove them.'
  const table = formatTable(['What', 'Name', 'Size', 'Age', 'Why'], rows, [2, 3])
  return `${paint('bold', repository)}\n\n${table}\n\n${sum}${todo}`
}
