import { parseArgs } from 'node:util'

import { collectGarbage, type RepositoryGarbage } from '../actions/gc.ts'
import { count } from '../core/basics/count.ts'
import { formatAge, parseDuration } from '../core/basics/duration.ts'
import { appRepositories, usedRepositories } from '../core/settings/app-repositories.ts'
import { formatBytes } from '../core/basics/format-bytes.ts'
import { stackRepository } from '../effects/architect/stack-repository.ts'
import { createRepositoryViewPorts } from '../effects/repository-view-ports.ts'
import { ContainerImageError } from '../errors.ts'
import { totalSize } from '../oci/descriptor.ts'
import { nameOf } from './images.ts'
import { openApp, stackOptions } from './open-app.ts'
import { createPaint } from './paint.ts'
import { formatTable } from './table.ts'

/**
 * `arc-images gc [--yes] [--stack NAME | --name NAME | --production | --previews] [--older-than 30d]
 * [--json]`: shows what would go and why; with `--yes` it goes. With `--previews` it looks at the
 * previews' repository alone, which is all that a preview's role may do.
 * @throws ContainerImageError COMMAND_INVALID, and whatever a call of AWS ends in
 */
export async function gc(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...stackOptions,
      previews: { type: 'boolean', default: false },
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
  const { previews } = values
  const named = values.stack !== undefined || values.name !== undefined || values.production
  if (previews && named)
    throw new ContainerImageError(
      'COMMAND_INVALID',
      '--previews means all previews, not one stack.',
    )
  const { app, aws, settings: readSettings, stackOf } = await openApp(process.cwd())
  const settings = readSettings()
  const stack = named ? stackOf(values) : undefined
  const { preview } = appRepositories(settings)
  const own = stack === undefined ? undefined : stackRepository(app, stack)
  const only = own ?? (previews ? preview : undefined)
  const now = Date.now()
  const planned = await collectGarbage(
    {
      repositories: usedRepositories(appRepositories(settings)).filter(
        (name) => only === undefined || name === only,
      ),
      keep: settings.keep,
      now,
      remove: yes,
      ...(olderThan !== undefined && { olderThan }),
      ...(stack !== undefined && { stack }),
    },
    createRepositoryViewPorts(await aws(), app, settings),
  )
  const text = json
    ? JSON.stringify({ removed: yes, repositories: planned.map(toJson) }, null, 2)
    : planned.map((each) => format({ ...each, now, yes })).join('\n\n')
  process.stdout.write(`${text}\n`)
}

function toJson({ repository, verdicts }: RepositoryGarbage) {
  const images = verdicts.map(({ image, goes, removes, why }) => {
    const pushedAt = new Date(image.pushedAt).toISOString()
    return { ...image, pushedAt, goes, removes, why }
  })
  return { repository, images }
}

function format(
  given: RepositoryGarbage & { readonly now: number; readonly yes: boolean },
): string {
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
      : removes.map((tag) => ['tag', tag, '', '', 'no stack uses it']),
  )
  const size = formatBytes(totalSize(whole.map(({ image }) => image)))
  const done = yes ? 'Removed' : 'Would remove'
  const sum = `${done} ${count(whole.length, 'image')} (${size}) and ${count(tags.length, 'tag')} of others; ${count(stay, 'image')} stay${stay === 1 ? 's' : ''}.`
  const todo = yes ? '' : '\nRun it again with --yes to remove them.'
  const table = formatTable(['What', 'Name', 'Size', 'Age', 'Why'], rows, [2, 3])
  return `${paint('bold', repository)}\n\n${table}\n\n${sum}${todo}`
}
