import test from 'ava';
import { html, jsonBlock } from '../src/html.ts';

test('every value is escaped, lists are joined, and nothing is written for nothing', (t) => {
  const hostile = `<script>"'&`;
  t.is(
    html`<a title="${hostile}">${hostile}</a>`.text,
    '<a title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</a>',
  );
  t.is(html`${[html`<i>${1}</i>`, '<b>']}${null}${undefined}${false}`.text, '<i>1</i>&lt;b&gt;');
});

test('data in a script element cannot leave it', (t) => {
  const block = jsonBlock({ a: '</script><!--' }).text;
  t.false(block.includes('<'));
  t.deepEqual(JSON.parse(block), { a: '</script><!--' });
});
