import t from 'tap'

import { html } from '../../../../plugin/core/page/html.ts'

t.test('values are escaped, HTML is not, lists are joined', (t) => {
  const inner = html`<i>${'<&>"\''}</i>`
  t.strictSame(html`<b a="${'"'}">${[inner, inner]}${3}</b>`, {
    html: '<b a="&quot;"><i>&lt;&amp;&gt;&quot;&#39;</i><i>&lt;&amp;&gt;&quot;&#39;</i>3</b>',
  })
  t.end()
})

t.test('characters that nobody sees are shown', (t) => {
  t.equal(html`${'a\u202eb\u0000c\u200bd\ufeff'}`.html, 'a\\u202eb\\u0000c\\u200bd\\ufeff')
  t.equal(html`${'tab\tline\n—é日本🎉'}`.html, 'tab\tline\n—é日本🎉', 'others stay')
  t.end()
})
