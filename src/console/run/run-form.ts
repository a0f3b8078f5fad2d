import { type Html, html } from '../../html.ts';
import { choices } from '../../runs/choose.ts';
import { presetsOf } from '../../runs/presets.ts';
import type { Known } from './read-choice.ts';

type Option = { value: string; title: string };

const kinds = [
  { value: 'shipped', title: 'as shipped' },
  { value: 'absent', title: 'no such key' },
  { value: 'LegacyLogOff', title: 'LegacyLogOff' },
  { value: 'DefaultSignOut', title: 'DefaultSignOut' },
];
const files = { feOwa: 'front end’s OWA', beOwa: 'mailbox server’s OWA', beEcp: 'mailbox server’s ECP' };

/** What there is to run: each preset with its two buttons, and forms for a choice of one's own. */
export function runForm(known: Known): Html {
  return html`<section aria-labelledby="presets-title">
<h2 id="presets-title">Choose a story</h2>
<ul class="presets">${presetsOf(known.cells).map(
    ({ name, title, story }) => html`<li>
<form method="post" action="/runs">
<h3 id="preset-${name}">${title}</h3>
<p>${story}</p>
<input type="hidden" name="preset" value="${name}">
${buttons(`preset-${name}`)}
</form>
</li>`,
  )}</ul>
</section>
<details class="card"><summary>Or choose for yourself</summary>
${ownChoice(known)}
</details>`;
}

function ownChoice({ profiles, cells }: Known): Html {
  const { vdirAuths, apps, clients, logoffUrls, matches, office365, ...of } = choices(profiles, cells);
  const cases = office365.flatMap(({ profile, rows }) =>
    rows.map(({ row, action }) => ({ value: `${profile}/${row}`, title: `${profile}, row ${row}: ${action}` })),
  );
  return html`<form method="post" action="/runs" class="fields">
<h3 id="own-exchange">Exchange behind TMG</h3>
${select(
  'profile',
  'Exchange',
  of.profiles.map(({ name, title }) => ({ value: name, title })),
  '2013-cu1',
)}
${select('vdirAuth', 'Virtual directories ask for', vdirAuths.map(same), 'basic')}
${Object.entries(files).map(([file, where]) => select(file, `SignOutKind, ${where}`, kinds, 'shipped'))}
${select('app', 'Application', apps.map(same), 'owa')}
${select('client', 'Client', clients.map(same), 'premium')}
<label>Published server logoff URL <input name="logoffUrl" value="/owa/logoff.owa" list="logoff-urls" spellcheck="false" autocomplete="off"></label>
<datalist id="logoff-urls">${logoffUrls.map((url) => html`<option value="${url}"></option>`)}</datalist>
${select('match', 'How it is matched', matches.map(same), 'contains')}
${buttons('own-exchange')}
</form>
<form method="post" action="/runs" class="fields wide">
<h3 id="own-office365">Office 365</h3>
${select('office365', 'Profile and case', cases, 'literal/7b')}
${buttons('own-office365')}
</form>`;
}

function same(value: string): Option {
  return { value, title: value };
}

function buttons(about: string): Html {
  return html`<p class="row"><button name="how" value="driven" aria-describedby="${about}">Run it</button>
<button name="how" value="by hand" class="quiet" aria-describedby="${about}">Try it yourself</button></p>`;
}

function select(name: string, label: string, options: readonly Option[], chosen: string): Html {
  return html`<label>${label} <select name="${name}">${options.map(
    ({ value, title }) => html`<option value="${value}"${value === chosen && html` selected`}>${title}</option>`,
  )}</select></label>`;
}
