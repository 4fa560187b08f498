import { formatFunction } from '../arc/function-kinds.ts'
import { recordOf, textsOf } from '../basics/is-record.ts'
import { isSame } from '../basics/is-same.ts'
import type { PlannedImage } from '../model.ts'
import type { Template } from '../template/template.ts'

/**
 * What Lambda would have to be told of an image's functions beside the image, a line each.
 * @param entryPoint the image's own; absent before it is made
 */
export function imageDifferences(
  { name: image, architecture, functions }: PlannedImage,
  deployed: Template,
  entryPoint?: readonly string[],
): readonly string[] {
  return functions.flatMap(({ logicalId, pragma, name, command }) => {
    const line = formatFunction(pragma, name)
    const properties = recordOf(deployed.Resources[logicalId]?.Properties)
    if (properties['PackageType'] !== 'Image') return [`${line} goes into image '${image}'`]
    if (properties['AutoPublishAlias'] !== undefined)
      return [`${line} is called by an alias, whose version only a deploy publishes`]
    const { EntryPoint, Command } = recordOf(properties['ImageConfig'])
    return [
      ...(isSame(textsOf(properties['Architectures']), [architecture])
        ? []
        : [`${line} becomes ${architecture}`]),
      ...(isSame(textsOf(Command), [command]) ? [] : [`${line} has another handler, ${command}`]),
      ...(entryPoint === undefined || isSame(textsOf(EntryPoint), entryPoint)
        ? []
        : [`${line} has another entry point, ${entryPoint.join(' ')}`]),
    ]
  })
}
