import { withGlobals } from './sam.ts'
import { parseTemplate } from './template.ts'

/**
 * `TemplateStage: Processed` as far as functions go: what aws-sam-translator makes of their type
 * and code. It drops ArcMetadata, which stands beside `Type`, and CodeUri beside an image.
 */
export function processedTemplate(text: string): string {
  if (text === '') return ''
  const template = parseTemplate(text)
  const resources = Object.entries(template.resources).map(([logicalId, resource]) => {
    if (resource.Type !== 'AWS::Serverless::Function') return [logicalId, resource]
    const { CodeUri, ImageUri, ...rest } = withGlobals(template, resource.Properties)
    const [, S3Bucket, S3Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(String(CodeUri)) ?? []
    const Code = rest['PackageType'] === 'Image' ? { ImageUri } : { S3Bucket, S3Key }
    const Properties = { ...rest, Code }
    return [logicalId, { Type: 'AWS::Lambda::Function', Properties, Metadata: resource.Metadata }]
  })
  return JSON.stringify({ Resources: Object.fromEntries(resources), Outputs: template.outputs })
}
