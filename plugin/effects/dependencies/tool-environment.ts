/** npm settings that say where packages come from, not which ones are installed. */
const kept =
  /^(?:registry|.*:registry|\/\/.*|(?:https?-)?proxy|noproxy|no-proxy|cafile|ca|cert|key|strict-ssl|userconfig|globalconfig|cache|store-dir|prefix|fetch-.*|maxsockets|offline|prefer-offline|prefer-online|user-agent|local-address|node-options|nodedir)$/i
/** npm's description of the script that is running, which is about another package. */
const ofScript = /^(?:npm_(?:package|lifecycle|command|execpath|node)|init_cwd$|node_env$)/i

/**
 * The environment for npm and pnpm. `npm run` hands its own settings to its children as
 * `npm_config_*`, and some of them (`omit`, `arch`, `ignore_scripts`, ...) would change the install.
 */
export function toolEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const cleaned: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || ofScript.test(name)) continue
    const setting = /^(?:npm|pnpm)_config_(.*)$/i.exec(name)?.[1]
    if (setting !== undefined && !kept.test(settingName(setting))) continue
    cleaned[name] = value
  }
  return cleaned
}

/** npm reads `_` as `-`, but for a leading one and in the keys of registries. */
function settingName(name: string): string {
  return name.startsWith('//') ? name : name.replaceAll(/(?!^)_/g, '-')
}
