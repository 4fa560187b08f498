import t from 'tap'

import { refusalIn, xmlText } from '../../../../plugin/effects/aws/xml-text.ts'

const answer = (body: string): string =>
  `<?xml version="1.0"?>\n<GetTemplateResponse xmlns="http://x/"><GetTemplateResult><TemplateBody>${body}</TemplateBody></GetTemplateResult></GetTemplateResponse>`

t.test('a text with all that XML writes otherwise', (t) => {
  for (const [written, meant] of [
    ['{&quot;a&quot;: &quot;&lt;b&gt; &amp;&apos;c&apos;&quot;}', `{"a": "<b> &'c'"}`],
    ['{"plain": "quotes"}', '{"plain": "quotes"}'],
    ['a&#xD;\n&#10;&#x1F600;&#233;', 'a\r\n\n😀é'],
    // What looks like an entity in the text itself.
    ['&amp;quot; &amp;amp;lt; &amp;#10;', '&quot; &amp;lt; &#10;'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['', ''],
  ] as const)
    t.equal(xmlText(answer(written), 'TemplateBody'), meant, written)
  t.end()
})

t.test('no such element, or none that is a text', (t) => {
  t.equal(xmlText(answer('x'), 'Template'), undefined)
  t.equal(xmlText(answer('x'), 'GetTemplateResult'), undefined)
  t.equal(xmlText('<TemplateBody>cut', 'TemplateBody'), undefined)
  t.equal(xmlText('', 'TemplateBody'), undefined)
  t.end()
})

t.test('what AWS says in a refusal that was not parsed', (t) => {
  const xml =
    '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id &quot;x&quot; does not exist</Message></Error></ErrorResponse>'
  const thrown = Object.assign(new Error('unknown error'), { statusCode: 400, ...Buffer.from(xml) })
  t.match(refusalIn(thrown), {
    statusCode: 400,
    code: 'ValidationError',
    message: 'Stack with id "x" does not exist',
  })
  const other = Object.assign(new Error('x'), { code: 'Throttling' })
  t.equal(refusalIn(other), other)
  const odd = Object.assign(new Error('x'), { ...Buffer.from('<html>502') })
  t.equal(refusalIn(odd), odd)
  t.equal(refusalIn('text'), 'text')
  t.end()
})
