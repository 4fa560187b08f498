export const style = `
  :root {
    color-scheme: light dark;
    font: 1rem/1.5 system-ui, sans-serif;
    background: light-dark(#fff, #15181d);
    color: light-dark(#1a1c1f, #e6e8eb);
    --line: light-dark(#c4c7cc, #4a4f57);
    --quiet: light-dark(#55595f, #a9afb8);
    --accent: light-dark(#0b5cad, #8ec1ff);
    --on-accent: light-dark(#fff, #10151c);
    --wrong: light-dark(#a4161a, #ff9d9d);
  }
  * { box-sizing: border-box }
  body { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
  h1 { margin: 0; font-size: 1.75rem; line-height: 1.2 }
  h2 { margin: 0 0 .75rem; font-size: 1.1rem }
  p { margin: .5rem 0 }
  .quiet { color: var(--quiet) }
  form { margin: 1.5rem 0 0 }
  section { margin: 1.5rem 0 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem }
  .fields { display: grid; gap: .75rem }
  .who { grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)) }
  .ask { grid-template-columns: minmax(0, 1fr) 6rem }
  label { display: grid; gap: .25rem; min-width: 0 }
  input, textarea, button { font: inherit; padding: .45rem .6rem; border-radius: .3rem; border: 1px solid var(--line) }
  input, textarea { width: 100%; min-width: 0 }
  textarea { resize: vertical }
  button { margin-top: .75rem; cursor: pointer; background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
  button:disabled { opacity: .6; cursor: progress }
  output { display: block }
  output:not(:empty) { margin-top: .75rem }
  .wrong { color: var(--wrong) }
  ol:empty { margin: 0 }
  ol:not(:empty) { margin: .75rem 0 0; padding: 0; list-style: none }
  li { display: grid; grid-template-columns: 3.5rem minmax(0, 1fr); gap: .75rem; padding: .5rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
  li span { color: var(--quiet); font-variant-numeric: tabular-nums }
`

export const script = `
  const field = (id) => document.getElementById(id)
  const who = ['workspace', 'agent', 'secret']

  /** One question at a time; its answer stands below the button that asked. */
  async function ask(form, query, init, answered) {
    const answer = form.querySelector('output')
    const button = form.querySelector('button')
    const found = form.querySelector('ol')
    if (found) found.replaceChildren()
    const say = (text, wrong = false) => {
      answer.textContent = text
      answer.classList.toggle('wrong', wrong)
    }
    const missing = who.find((id) => field(id).value === '')
    if (missing) {
      say('Fill in ' + field(missing).labels[0].firstChild.textContent.trim().toLowerCase() + ' first.', true)
      return field(missing).focus()
    }
    say('Asking ...')
    button.disabled = true
    try {
      const path = '/api/streams/' + who.map((id) => encodeURIComponent(field(id).value)).join('/')
      const response = await fetch(path + query, init)
      const text = await response.text()
      if (response.ok) say(answered(text, found))
      else say(refusal(text) || response.status + ' ' + response.statusText, true)
    } catch (error) {
      say('No answer: ' + error.message, true)
    } finally {
      button.disabled = false
    }
  }

  function refusal(text) {
    try { return JSON.parse(text).message } catch { return '' }
  }

  function remembered(text) {
    const { length } = JSON.parse(text).remembered
    return length === 1 ? 'Remembered 1 document.' : 'Remembered ' + length + ' documents.'
  }

  function listed(text, list) {
    const nearest = text.split('\\n').filter(Boolean).map((line) => JSON.parse(line))
    // Something is always nearest; without a word in common it is no match.
    const matches = nearest.filter((match) => match.score > 0)
    for (const match of matches) {
      const item = document.createElement('li')
      const score = document.createElement('span')
      score.textContent = match.score.toFixed(2)
      item.append(score, match.text)
      list.append(item)
    }
    if (matches.length === 0) return 'Nothing found.'
    return matches.length === 1 ? '1 match:' : matches.length + ' matches, nearest first:'
  }

  field('remember').addEventListener('submit', (event) => {
    event.preventDefault()
    const lines = field('text').value.split('\\n').filter((line) => line.trim() !== '')
    const body = JSON.stringify({ documents: lines.map((text) => ({ text })) })
    ask(event.target, '', { method: 'POST', headers: { 'content-type': 'application/json' }, body }, remembered)
  })
  field('search').addEventListener('submit', (event) => {
    event.preventDefault()
    ask(event.target, '?' + new URLSearchParams({ q: field('q').value, limit: field('limit').value }), {}, listed)
  })
  field('who').addEventListener('submit', (event) => {
    event.preventDefault()
    field('q').focus()
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
<main>
<h1>Agent memory</h1>
<p class="quiet">Remembers texts and finds the nearest ones again. The search runs in LanceDB, in a
Lambda container image. Vectors are a hash of the words, so it finds shared words, not meanings.</p>
<form id="who" autocomplete="off"><section aria-labelledby="who-title">
<h2 id="who-title">Who</h2>
<div class="fields who">
<label>Workspace <input id="workspace" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
<label>Agent <input id="agent" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
<label>Secret <input id="secret" type="password" autocomplete="off"></label>
</div>
</section></form>
<form id="search"><section aria-labelledby="search-title">
<h2 id="search-title">Search</h2>
<div class="fields ask">
<label>Words <input id="q" required></label>
<label>At most <input id="limit" type="number" min="1" max="100" value="5" required></label>
</div>
<button>Search</button>
<output role="status"></output>
<ol aria-label="Matches"></ol>
</section></form>
<form id="remember"><section aria-labelledby="remember-title">
<h2 id="remember-title">Remember</h2>
<div class="fields">
<label>One document per line <textarea id="text" rows="4" required></textarea></label>
</div>
<button>Remember</button>
<output role="status"></output>
</section></form>
</main>
<script>${script}</script>
</body>
</html>
`
