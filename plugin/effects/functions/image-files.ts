import { join } from 'node:path'

import { isDefinition } from '../../core/plan/definition-files.ts'
import { isRubbish } from '../../core/folder/rubbish.ts'
import type { PlannedImage } from '../../core/model.ts'
import { isFile } from '../folder/is-file.ts'
import { readDefinition } from '../dependencies/definition.ts'
import { packFiles } from '../folder/pack-files.ts'
import { type PassedOver, walkFolder } from '../folder/walk-folder.ts'
import type { FunctionFiles } from './function-files.ts'
import { matchPatterns, namedPaths, unmatchedPatterns } from './match-patterns.ts'

/**
 * Files beside `docker/<image>/package.json`, such as models and fonts, for `/var/task/` as they are;
 * code finds them by `LAMBDA_TASK_ROOT`. A Dockerfile copies what it wants by itself.
 */
export async function imageFiles(
  image: PlannedImage,
  appDirectory: string,
): Promise<FunctionFiles | undefined> {
  const { definition, settings } = image
  if (definition.kind !== 'package' || !isFile(join(definition.directory, 'package.json')))
    return undefined
  const { localPaths } = await readDefinition(image)
  const skip = (path: string): boolean => isDefinition(path, localPaths) || isRubbish(path)
  const walked = await walkFolder(definition.directory, { within: [appDirectory], skip })
  const names = [...walked.files, ...walked.passedOver, ...walked.faults].map(({ path }) => path)
  const excluded = namedPaths(await matchPatterns(settings.exclude, names))
  const included = await matchPatterns(settings.include, names)
  const named = namedPaths(included)
  const isWanted = ({ path }: { readonly path: string }): boolean => !excluded.has(path)
  const packed = await packFiles(walked.files.filter(isWanted), { image, place: 'var/task', named })
  const surprising = [...walked.passedOver.filter(isWanted), ...packed.leftOut]
  const leftOut: PassedOver[] = [...excluded].map((path) => ({
    path,
    reason: "is named by 'exclude'",
  }))
  return {
    files: packed.files,
    leftOut: [...leftOut, ...surprising],
    surprising,
    faults: [...walked.faults.filter(isWanted), ...packed.faults],
    unmatched: unmatchedPatterns(included),
  }
}
