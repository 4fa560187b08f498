import t from 'tap'

import { certificateAdvice } from '../../../../plugin/core/basics/certificate-advice.ts'
import { proxyEnvironment } from '../../../../plugin/effects/registry/proxy-environment.ts'
import { unreachable } from '../../../../plugin/effects/registry/failure.ts'

t.test('each certificate that is not taken has a cure of its own', (t) => {
  t.match(certificateAdvice('SELF_SIGNED_CERT_IN_CHAIN'), 'NODE_EXTRA_CA_CERTS')
  t.match(certificateAdvice('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'NODE_EXTRA_CA_CERTS')
  t.match(certificateAdvice('CERT_NOT_YET_VALID', new Date(0)), 'clock says 1970-01-01')
  t.match(certificateAdvice('ERR_TLS_CERT_ALTNAME_INVALID'), "another host's")
  t.equal(certificateAdvice('ECONNREFUSED'), undefined)
  const cause = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const { message } = unreachable('GET', new URL('https://host/v2/'), cause)
  t.match(message, /self-signed\. Node does not know who signed/)
  t.notMatch(message, 'HTTPS_PROXY')
  t.end()
})

t.test('a proxy without a scheme is one all the same', (t) => {
  const given = { HTTPS_PROXY: 'proxy:3128', http_proxy: 'http://other:1', NO_PROXY: 'a.example' }
  t.strictSame(proxyEnvironment(given), { ...given, HTTPS_PROXY: 'http://proxy:3128' })
  t.strictSame(proxyEnvironment({ HTTPS_PROXY: '' }), { HTTPS_PROXY: '' })
  t.end()
})
