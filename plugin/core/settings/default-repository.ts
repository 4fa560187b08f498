/** `<app>-lambda-images` in the letters that ECR takes: Architect allows more. */
export function defaultRepository(app: string): string {
  const name = app
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${name}-lambda-images`
}
