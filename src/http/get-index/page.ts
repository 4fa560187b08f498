export const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
  fieldset { display: grid; gap: .75rem; margin: 0 0 1.5rem; padding: 1rem; border-radius: .5rem }
  label { display: grid; gap: .25rem }
  .agent { grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)) }
  input, textarea, button { font: inherit; padding: .4rem .6rem; border-radius: .3rem }
  button { justify-self: start; cursor: pointer }
  output { display: block; white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, monospace }
`

export const script = `
  const field = (id) => document.getElementById(id)
  const say = (text) => { field('answer').textContent = text }
  async function ask(query, init) {
    const names = ['workspace', 'agent', 'secret'].map((id) => field(id).value)
    if (names.some((name) => name === '')) return say('Workspace, agent and secret, please.')
    say('...')
    try {
      const path = '/api/streams/' + names.map(encodeURIComponent).join('/')
      const response = await fetch(path + query, init)
      const text = await response.text()
      say(response.status + ' ' + response.statusText + '\\n' + (text || '(nothing found)'))
    } catch (error) {
      say(String(error))
    }
  }
  field('remember').addEventListener('submit', (event) => {
    event.preventDefault()
    const lines = field('text').value.split('\\n').filter((line) => line.trim() !== '')
    const body = JSON.stringify({ documents: lines.map((text) => ({ text })) })
    ask('', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  })
  field('search').addEventListener('submit', (event) => {
    event.preventDefault()
    ask('?' + new URLSearchParams({ q: field('q').value, limit: field('limit').value }))
  })
`

export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Agent memory</title>
<style>${style}</style>
</head>
<body>
<h1>Agent memory</h1>
<p>Remembers texts and finds the nearest ones again. The search runs in LanceDB, inside a Lambda
container image; vectors are a hash of the words, so it finds shared words, not meanings.</p>
<fieldset class="agent">
<legend>Who</legend>
<label>Workspace <input id="workspace" autocomplete="off"></label>
<label>Agent <input id="agent" autocomplete="off"></label>
<label>Secret <input id="secret" type="password" autocomplete="off"></label>
</fieldset>
<form id="remember"><fieldset>
<legend>Remember</legend>
<label>One document a line <textarea id="text" rows="4" required></textarea></label>
<button>Remember</button>
</fieldset></form>
<form id="search"><fieldset>
<legend>Search</legend>
<label>Words <input id="q" required></label>
<label>At most <input id="limit" type="number" min="1" max="100" value="5"></label>
<button>Search</button>
</fieldset></form>
<output id="answer" aria-live="polite"></output>
<script>${script}</script>
</body>
</html>
`
