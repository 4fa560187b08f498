/** Lines of a .dockerignore that name something; comments and blank lines do not. */
export function ignoreRules(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Rules for paths as they are, whatever letters they have; `/` between their parts. */
export function ruleFor(path: string): string {
  return path.replaceAll(/[*?[\]\\!#]/g, String.raw`\$&`)
}

/** What this plugin and Architect write while they deploy, wherever the app is in a context. */
export const ownOutput: readonly string[] = [
  '**/node_modules/.cache/arc-plugin-container-images',
  '**/sam.json',
  '**/sam.yaml',
]
