import { lambdaReasonIn, lambdaReasonsSection } from './lambda-reasons.ts'

/** What AWS says, and the heading in docs/troubleshooting.md that is about it. */
const sections: readonly (readonly [says: RegExp, heading: string])[] = [
  [
    /media type for the source image .* is not supported/,
    '`The image manifest, config or layer media type for the source image ... is not supported.`',
  ],
  [
    /Source image .* does not exist/,
    '`Source image ... does not exist. Provide a valid source image.`',
  ],
  [/Source image .*is not valid/, '`Source image ... is not valid. Provide a valid source image.`'],
  [
    /permission to access the ECR image|ImageAccessDenied/,
    '`Lambda does not have permission to access the ECR image. Check the ECR permissions.`',
  ],
  [
    /UnsupportedImageLayerDetected|MissingParentDirectory|ImageLayerFailure/,
    '`InvalidImage(ImageLayerFailure: UnsupportedImageLayerDetected ...)`, `MissingParentDirectory`',
  ],
  [
    /SizeLimitExceeded|exceeds 10 GiB/,
    '`InvalidImage(SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit)`',
  ],
  [/deleted image|ImageDeleted/, '`The function is trying to use a deleted image.`'],
  [
    /cannot be present when PackageType/,
    "`Runtime, Handler, Layers cannot be present when PackageType is of type 'Image'`",
  ],
  [
    /provide ImageUri when updating/,
    "`Please don't provide ImageUri when updating a function with packageType Zip.`",
  ],
  [/exceeded the 4KB limit/, '`exceeded the 4KB limit. String measured: {...}`'],
  [
    /is in ROLLBACK_COMPLETE state/,
    '`Stack:... is in ROLLBACK_COMPLETE state and can not be updated.`',
  ],
  [/is not authorized to perform|AccessDenied/, '`is not authorized to perform: SERVICE:ACTION`'],
  [
    /already exists|ResourceExistenceCheck/,
    '`... already exists`, `AWS::EarlyValidation::ResourceExistenceCheck`',
  ],
  [
    /EarlyValidation|extraneous key|Properties validation failed|expected type:/,
    '`AWS::EarlyValidation::PropertyValidation`, `extraneous key [...] is not permitted`',
  ],
  [/did not stabilize|stabilization|NotStabilized/i, '`NotStabilized`, `did not stabilize`'],
  [/not empty|DELETE_FAILED/, '`DELETE_FAILED`'],
]

/** All headings that can be named, for a test that holds the page to them. */
export const knownHeadings: readonly string[] = [
  ...sections.map(([, heading]) => heading),
  lambdaReasonsSection,
]

/**
 * The heading in docs/troubleshooting.md about what AWS said.
 * @param says its words, with the status or the validation's name
 */
export function headingFor(says: string): string | undefined {
  const own = sections.find(([pattern]) => pattern.test(says))?.[1]
  return own ?? (lambdaReasonIn(says) === undefined ? undefined : lambdaReasonsSection)
}
