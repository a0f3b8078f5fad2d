import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { pages, textOf } from './pages.ts';

type Link = { page: string; text: string; target: string };

/** What is code is no link. */
function linksOf(page: string): Link[] {
  const text = textOf(page)
    .replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
    .replace(/`[^`\n]*`/g, '`');
  return [...text.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, title = '', target = '']) => ({ page, text: title, target }));
}

const links = pages.flatMap(linksOf);

/** As GitHub makes them: the second heading of a name gets -1. */
function anchorsOf(page: string): Set<string> {
  const text = textOf(page);
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string));
  const met = new Map<string, number>();
  for (const [, title = ''] of text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const anchor = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = met.get(anchor) ?? 0;
    met.set(anchor, before + 1);
    anchors.add(before === 0 ? anchor : `${anchor}-${before}`);
  }
  return anchors;
}

test('links between the documents lead somewhere', (t) => {
  t.true(links.length > 100);
  for (const { page, target } of links.filter((link) => !/^[a-z]+:/.test(link.target))) {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    t.true(existsSync(file), `${page}: ${target}`);
    if (anchor !== undefined) t.true(anchorsOf(file).has(anchor), `${page}: ${target}`);
  }
});

test('a link that leads elsewhere is a whole https address', (t) => {
  for (const { page, target } of links.filter((link) => /^[a-z]+:/.test(link.target))) {
    const url = URL.parse(target);
    t.is(url?.protocol, 'https:', `${page}: ${target}`);
    t.regex(url?.hostname ?? '', /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, `${page}: ${target}`);
  }
});

test('every page can be reached from the README', (t) => {
  const reached = new Set<string>();
  const visit = (page: string) => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const { target } of links.filter((link) => link.page === page && !/^[a-z]+:/.test(link.target)))
      if (target.replace(/#.*/, '').endsWith('.md')) visit(join(dirname(page), target.replace(/#.*/, '')));
  };
  visit('README.md');
  t.deepEqual(
    pages.filter((page) => !reached.has(page)),
    [],
  );
});
