import { type Finding, note, ok, stops } from './finding.ts'

const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy']

/**
 * What the environment says of proxies and certificates.
 * @param isFile whether the file of NODE_EXTRA_CA_CERTS is there
 */
export function judgeNetworkSettings(
  environment: Readonly<Record<string, string | undefined>>,
  isFile: (file: string) => boolean,
): Finding {
  const certificates = environment['NODE_EXTRA_CA_CERTS']
  if (certificates && !isFile(certificates))
    return stops(
      `NODE_EXTRA_CA_CERTS names ${certificates}, which is not there: Node goes on without it, and certificates that it vouches for are refused.`,
    )
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    return note(
      'NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked, so whoever is between here and AWS can read the credentials. Name the authority in NODE_EXTRA_CA_CERTS.',
    )
  const set = proxies.filter((name) => environment[name])
  const told = [...set, ...(certificates ? ['NODE_EXTRA_CA_CERTS'] : [])]
  return ok(told.length === 0 ? 'no proxy, no certificates of its own' : `${told.join(', ')} set`)
}
