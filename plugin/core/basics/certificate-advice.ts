/** Codes of Node's TLS for certificates whose signer it does not know. */
const unknownSigner = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const wrongTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

/** What to do about a certificate that was not taken; undefined for codes of anything else. */
export function certificateAdvice(code: string, now = new Date()): string | undefined {
  if (unknownSigner.has(code))
    return "Node does not know who signed this certificate, as with a company's proxy or a private registry: name the file of that authority in NODE_EXTRA_CA_CERTS."
  if (wrongTime.has(code))
    return `This machine's clock says ${now.toISOString()}: if that is wrong, set it; else the certificate has to be renewed.`
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    ? "The certificate is another host's: check the name of the host, and what answers for it here."
    : undefined
}
