import { formatFunction } from '../arc/function-kinds.ts'
import { recordOf, textsOf } from '../basics/is-record.ts'
import { isSame } from '../basics/is-same.ts'
import type { PlannedImage } from '../model.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { Template } from '../template/template.ts'

/**
 * What Lambda would have to be told of an image's functions beside the image, a line each.
 * @param made the image's own entry point and address; absent before it is made
 */
export function imageDifferences(
  { name: image, architecture, functions }: PlannedImage,
  deployed: Template,
  made?: { readonly entryPoint: readonly string[]; readonly imageUri: unknown },
): readonly string[] {
  return functions.flatMap(({ logicalId, pragma, name, command }) => {
    const line = formatFunction(pragma, name)
    const properties = recordOf(deployed.Resources[logicalId]?.Properties)
    if (properties['PackageType'] !== 'Image') return [`${line} goes into image '${image}'`]
    if (properties['AutoPublishAlias'] !== undefined)
      return [`${line} is called by an alias, whose version only a deploy publishes`]
    const { EntryPoint, Command } = recordOf(properties['ImageConfig'])
    const entryPoint = made?.entryPoint
    const moved =
      made !== undefined && repositoryOf(properties['ImageUri']) !== repositoryOf(made.imageUri)
    return [
      ...(isSame(textsOf(properties['Architectures']), [architecture])
        ? []
        : [`${line} becomes ${architecture}`]),
      ...(isSame(textsOf(Command), [command]) ? [] : [`${line} has another handler, ${command}`]),
      ...(entryPoint === undefined || isSame(textsOf(EntryPoint), entryPoint)
        ? []
        : [`${line} has another entry point, ${entryPoint.join(' ')}`]),
      // Its old image is held by rules of the repository where a deploy has put it.
      ...(moved ? [`${line} runs an image of another repository`] : []),
    ]
  })
}

function repositoryOf(imageUri: unknown): string | undefined {
  return typeof imageUri === 'string' ? parsePinned(imageUri)?.name : undefined
}
