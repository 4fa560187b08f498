/**
 * Preloaded into Architect 11, whose AWS client puts the bucket before the endpoint's host: every
 * name under localhost is this machine (RFC 6761, 6.3), which not every system's resolver knows.
 */
import dns from 'node:dns'

const { lookup } = dns
dns.lookup = (host, ...rest) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest)
