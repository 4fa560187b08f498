import { collectGarbage, type RepositoryGarbage } from '../actions/gc.ts'
import { count } from '../core/basics/count.ts'
import { formatAge, parseDuration } from '../core/basics/duration.ts'
import { appRepositories, usedRepositories } from '../core/settings/app-repositories.ts'
import { shortTag } from '../core/image/tag.ts'
import { formatBytes } from '../core/basics/format-bytes.ts'
import { stackRepository } from '../effects/architect/stack-repository.ts'
import { createRepositoryViewPorts } from '../effects/repository-view-ports.ts'
import { totalSize } from '../oci/descriptor.ts'
import { nameOf } from './images.ts'
import { openApp } from './open/open-app.ts'
import { createPaint } from './print/paint.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { formatTable } from './print/table.ts'
import { usages } from './usages.ts'

/**
 * `arc-images gc [--yes] [--stack NAME | --name NAME | --production | --previews] [--older-than 30d]
 * [--json]`: shows what would go and why; with `--yes` it goes. With `--previews` it looks at the
 * previews' repository alone, which is all that a preview's role may do.
 * @throws ContainerImageError COMMAND_INVALID, and whatever a call of AWS ends in
 */
export async function gc(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('gc', usages.gc, args)
  const { yes = false, previews = false, 'older-than': age } = values
  const olderThan = age === undefined ? undefined : parseDuration(age)
  if (age !== undefined && olderThan === undefined)
    throw commandInvalid(
      'gc',
      `takes days or weeks after --older-than, as 30d or 4w, not '${age}'.`,
    )
  const named = values.stack !== undefined || values.name !== undefined || values.production
  if (previews && named)
    throw commandInvalid('gc', 'takes --previews for all previews, or names one stack, not both.')
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
  if (values.json) return printJson('gc', { removed: yes, repositories: planned.map(toJson) })
  const texts = planned.map((each) => format({ ...each, now, yes }))
  process.stdout.write(`${texts.join('\n\n')}\n`)
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
      ? [
          [
            'image',
            shortTag(nameOf(image)),
            formatBytes(image.size),
            formatAge(now - image.pushedAt),
            why,
          ],
        ]
      : removes.map((tag) => ['tag', shortTag(tag), '', '', 'no stack uses it']),
  )
  const size = formatBytes(totalSize(whole.map(({ image }) => image)))
  const done = yes ? 'Removed' : 'Would remove'
  const sum = `${done} ${count(whole.length, 'image')} (${size}) and ${count(tags.length, 'tag')} of others; ${count(stay, 'image')} stay${stay === 1 ? 's' : ''}.`
  const todo = yes ? '' : '\nRun it again with --yes to remove them.'
  const table = formatTable(['What', 'Name', 'Size', 'Age', 'Why'], rows, [2, 3])
  return `${paint('bold', repository)}\n\n${table}\n\n${sum}${todo}`
}
