/**
 * Has a template checked whenever it is turned into text. Architect does so once no plugin's hook
 * is left to change it, and no plugin can put another object in its place: so this sees also what
 * a `deploy.services` after ours did. Nothing is locked, and the check is no part of the template:
 * neither its text nor a copy has it.
 */
export function checkOnStringify(template: object, check: () => void): void {
  const toJSON = (): object => {
    check()
    return template
  }
  Object.defineProperty(template, 'toJSON', { value: toJSON, configurable: true })
}
