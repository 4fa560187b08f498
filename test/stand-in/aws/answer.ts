import { toXml, type XmlValue } from './xml.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

export function jsonAnswer(body: object, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  }
}

export function restJsonAnswer(body: object, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

export function xmlAnswer(name: string, body: XmlValue, namespace?: string, status = 200): Answer {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${attribute}>${toXml(body)}</${name}>`,
  }
}

export function emptyAnswer(status = 200, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: '' }
}
