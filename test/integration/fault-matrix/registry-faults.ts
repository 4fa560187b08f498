import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { ErrorCode } from '../../../plugin/errors.ts'
import type { Fault } from '../../stand-in/registry/index.ts'
import type { FaultGroup, FaultRow } from './fault-row.ts'

const putBlob = { method: 'PUT', path: /blobs/ }
const startBlob = { method: 'POST', path: /blobs/ }
const askBlob = { method: 'HEAD', path: /blobs/ }
const getBlob = { method: 'GET', path: /blobs/ }
const putImage = { method: 'PUT', path: /manifests\/small-arm64/ }
const putLive = { method: 'PUT', path: /manifests\/live-/ }
const getImage = { method: 'GET', path: /manifests\/small-arm64/ }
const ever = 1000
const lookBetween =
  /Nothing of it was used\. Look at what lies between, such as a proxy, then deploy again/

/** What one deploy survives: most of it once, as networks and registries have it. */
const survived: Readonly<Record<string, Fault>> = {
  '401 in the middle of the push': { kind: 'status', status: 401, match: putBlob },
  '403 once, as ECR answers an old token': {
    kind: 'status',
    status: 403,
    code: 'DENIED',
    match: putBlob,
  },
  '429 for a question, twice': { kind: 'status', status: 429, match: askBlob, times: 2 },
  '429 that says when to ask again': {
    kind: 'status',
    status: 429,
    headers: { 'Retry-After': '1' },
    match: startBlob,
  },
  '500 for a blob': { kind: 'status', status: 500, match: putBlob },
  '500 for the manifest': { kind: 'status', status: 500, match: putImage },
  '502 at the start of an upload': { kind: 'status', status: 502, match: startBlob },
  '503 for the tag that holds the image': { kind: 'status', status: 503, match: putLive },
  '504 before the body was read': {
    kind: 'status',
    status: 504,
    early: true,
    match: putBlob,
  },
  'a reset at once': { kind: 'reset', match: startBlob },
  'a reset in the middle of a blob': { kind: 'reset', afterBytes: 100, match: putBlob },
  'a reset in the middle of the manifest': { kind: 'reset', afterBytes: 10, match: putImage },
  'a reset when the tag is looked for': { kind: 'reset', match: getImage },
  'a body cut short on its way': { kind: 'truncate', afterBytes: 100, match: putBlob },
  'a byte changed on its way': { kind: 'wrong-digest', match: putBlob },
  'a slow answer': { kind: 'slow', delayMs: 300, match: putBlob },
  'a tag just put and 404': {
    kind: 'status',
    status: 404,
    code: 'MANIFEST_UNKNOWN',
    match: getImage,
  },
  'a manifest of other bytes once': { kind: 'wrong-digest', match: getImage },
  'a blob just put that the manifest is told to lack': {
    kind: 'status',
    status: 400,
    code: 'BLOB_UNKNOWN',
    match: putImage,
  },
  'an upload that the registry forgot': {
    kind: 'status',
    status: 404,
    code: 'BLOB_UPLOAD_UNKNOWN',
    match: putBlob,
  },
}

/** What ends a deploy. */
const fatal: Readonly<Record<string, readonly [Fault, ErrorCode, RegExp]>> = {
  '401 for ever': [
    { kind: 'status', status: 401, times: ever, match: putBlob },
    'REGISTRY_DENIED',
    /Allow this .* on ECR it is ecr:UploadLayerPart and ecr:CompleteLayerUpload/,
  ],
  '403 for the image': [
    { kind: 'status', status: 403, code: 'DENIED', times: ever, match: putImage },
    'REGISTRY_DENIED',
    /PUT .*: 403 DENIED: injected\. Allow this .* on ECR it is ecr:PutImage\./,
  ],
  '403 for whether a blob is there': [
    { kind: 'status', status: 403, code: 'DENIED', times: ever, match: askBlob },
    'REGISTRY_DENIED',
    /ecr:BatchCheckLayerAvailability/,
  ],
  '403 for the start of an upload': [
    { kind: 'status', status: 403, code: 'DENIED', times: ever, match: startBlob },
    'REGISTRY_DENIED',
    /ecr:InitiateLayerUpload/,
  ],
  '403 for reading the tag': [
    { kind: 'status', status: 403, code: 'DENIED', times: ever, match: getImage },
    'REGISTRY_DENIED',
    /ecr:BatchGetImage/,
  ],
  '403 for the tag that holds the image': [
    { kind: 'status', status: 403, code: 'DENIED', times: ever, match: putLive },
    'REGISTRY_DENIED',
    /ecr:PutImage/,
  ],
  '500 for ever': [
    { kind: 'status', status: 500, times: ever, match: putImage },
    'REGISTRY_FAILED',
    /PUT .*\/manifests\/small-arm64-.*: 500 UNKNOWN: injected\. Try again later\./,
  ],
  '503 for ever': [
    { kind: 'status', status: 503, times: ever, match: putBlob },
    'REGISTRY_FAILED',
    /503 .* Try again later\./,
  ],
  '429 for ever': [
    { kind: 'status', status: 429, times: ever, match: startBlob },
    'REGISTRY_FAILED',
    /429 .* Try again later\./,
  ],
  'a manifest that is refused': [
    { kind: 'status', status: 400, code: 'MANIFEST_INVALID', times: ever, match: putImage },
    'REGISTRY_FAILED',
    /400 MANIFEST_INVALID: injected\. Check the name of the registry and what it says/,
  ],
  'blobs that the manifest is told to lack for ever': [
    { kind: 'status', status: 400, code: 'BLOB_UNKNOWN', times: ever, match: putImage },
    'REGISTRY_BLOB_LOST',
    /400 BLOB_UNKNOWN: injected\. The registry does not know what it has just taken: deploy again/,
  ],
  'resets for ever': [
    { kind: 'reset', times: ever, match: putImage },
    'REGISTRY_UNREACHABLE',
    /PUT .* Check the network, the registry's host and HTTPS_PROXY\./,
  ],
  'bodies cut short for ever': [
    { kind: 'truncate', afterBytes: 100, times: ever, match: putBlob },
    'REGISTRY_FAILED',
    /DIGEST_INVALID: .* Other bytes arrived than were sent: look at what lies between/,
  ],
  'bytes changed on their way for ever': [
    { kind: 'wrong-digest', times: ever, match: putBlob },
    'REGISTRY_FAILED',
    /DIGEST_INVALID: .* Other bytes arrived than were sent: look at what lies between/,
  ],
  'a manifest of other bytes': [
    { kind: 'wrong-digest', times: ever, match: getImage },
    'REGISTRY_CONTENT_INVALID',
    lookBetween,
  ],
  'a redirect of an upload in a circle': [
    { kind: 'redirect', times: ever, match: putBlob },
    'REGISTRY_FAILED',
    /307.*This redirect is not followed/,
  ],
  'a redirect of a question in a circle': [
    { kind: 'redirect', times: ever, match: getImage },
    'REGISTRY_FAILED',
    /307\. This redirect is not followed\. Name that host/,
  ],
  'a redirect to plain http elsewhere': [
    { kind: 'redirect', location: 'http://192.0.2.1/', times: ever, match: getImage },
    'REGISTRY_INSECURE',
    /http:\/\/192\.0\.2\.1, .* is not https\. Plain http is spoken to this machine only/,
  ],
  'endless 100 Continue': [
    { kind: 'interim', times: ever, match: putImage },
    'REGISTRY_UNREACHABLE',
    /interim answers came and no other\. Check the network/,
  ],
}

/** Bases are read once and kept: each of these is about a first deploy. */
const ofBase: Readonly<Record<string, readonly [Fault, ErrorCode, RegExp]>> = {
  'a base that is gone': [
    { kind: 'status', status: 404, code: 'MANIFEST_UNKNOWN', times: ever },
    'BASE_MISSING',
    /Check the name and tag of the base/,
  ],
  'a base that is refused': [
    { kind: 'status', status: 403, code: 'DENIED', times: ever },
    'REGISTRY_DENIED',
    /check its name, and 'docker login public\.ecr\.aws'/,
  ],
  'a base with other bytes than its digest': [
    { kind: 'wrong-digest', match: getBlob, times: ever },
    'REGISTRY_CONTENT_INVALID',
    lookBetween,
  ],
  'a base cut short': [
    { kind: 'truncate', afterBytes: 20, match: getBlob, times: ever },
    'REGISTRY_CONTENT_INVALID',
    lookBetween,
  ],
  'a base whose registry breaks off': [
    { kind: 'reset', times: ever },
    'REGISTRY_UNREACHABLE',
    /Check the network/,
  ],
}

const ofBaseSurvived: Readonly<Record<string, Fault>> = {
  'a base with other bytes once': { kind: 'wrong-digest', match: getBlob },
  'a base cut short once': { kind: 'truncate', afterBytes: 20, match: getBlob },
  'a base reset in the middle once': { kind: 'reset', afterBytes: 20, match: getBlob },
  'a base whose registry has 503 once': { kind: 'status', status: 503 },
  'a base whose registry is slow': { kind: 'slow', delayMs: 300, times: 3 },
}

type Registry = 'bases' | 'account'

function inject(registry: Registry, fault: Fault): FaultRow['inject'] {
  return async ({ aws, bases, cache }) => {
    // Who remembers what was pushed does not ask.
    if (fault.match === askBlob) await rm(join(cache, 'pushed'), { recursive: true })
    ;(registry === 'bases' ? bases : aws.registry).inject(fault)
  }
}

function surviving(faults: Readonly<Record<string, Fault>>, of: Registry): readonly FaultRow[] {
  return Object.entries(faults).map(([name, fault]) => ({
    name,
    inject: inject(of, fault),
    end: 'deployed',
  }))
}

function failing(
  faults: Readonly<Record<string, readonly [Fault, ErrorCode, RegExp]>>,
  of: Registry,
): readonly FaultRow[] {
  return Object.entries(faults).map(([name, [fault, code, says]]) => ({
    name,
    inject: inject(of, fault),
    end: { codes: [code], says },
  }))
}

const refusals = failing(fatal, 'account')

export const registryGroups: readonly FaultGroup[] = [
  { name: 'a registry that fails now and then', rows: surviving(survived, 'account') },
  { name: 'a registry that refuses', rows: refusals.slice(0, 9) },
  { name: 'a registry that fails', rows: refusals.slice(9) },
  {
    name: "a base's registry",
    from: 'nothing',
    rows: [...failing(ofBase, 'bases'), ...surviving(ofBaseSurvived, 'bases')],
  },
]
