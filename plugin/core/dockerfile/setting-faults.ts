import { parseReference } from '../../oci/reference.ts'
import { parseSecret } from './secret.ts'

/** Faults of the settings that only images from a Dockerfile have; see `settings.ts`. */

export function contextFault(value: string): string | undefined {
  return /^(?:[\\/]|[A-Za-z]:|[a-z]+:\/\/|git@)/.test(value)
    ? 'is not a folder relative to the one of app.arc: of a context from elsewhere nobody could tell whether it changed'
    : undefined
}

export function targetFault(value: string): string | undefined {
  return /^[a-z][\w.-]*$/i.test(value) ? undefined : 'is not the name of a stage'
}

export function buildArgFault(value: string): string | undefined {
  return /^[A-Za-z_]\w*(?:=[^]*)?$/.test(value)
    ? undefined
    : "is neither 'NAME', whose value the environment has, nor 'NAME=value'"
}

export function secretFault(value: string): string | undefined {
  return parseSecret(value) === undefined
    ? "is not 'id=NAME', 'id=NAME,env=VARIABLE' or 'id=NAME,src=FILE'"
    : undefined
}

export function sshFault(value: string): string | undefined {
  return /^[a-z][\w.-]*(?:=\S+)?$/i.test(value)
    ? undefined
    : "is neither 'default' nor 'id=SOCKET' or 'id=KEYFILE'"
}

export function cacheFault(value: string): string | undefined {
  if (/^type=[a-z0-9]+(?:,[^,=\s]+=[^,\s]*)*$/i.test(value)) return undefined
  try {
    parseReference(value)
    return undefined
  } catch {
    return "is neither 'type=...,key=value' nor the reference of an image"
  }
}

export function builderNameFault(value: string): string | undefined {
  return /^[a-z][\w.-]*$/i.test(value)
    ? undefined
    : "is not the name of a builder; 'docker buildx ls' lists them"
}
