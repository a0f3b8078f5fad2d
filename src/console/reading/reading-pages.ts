import type Router from 'koa-router';
import type { Lab } from '../../lab/lab.ts';
import { answerPage } from '../page.ts';
import { factsContent, readFilter } from './facts-page.ts';
import { profilesContent } from './profiles-page.ts';

/** What the lab stands on, to read: its builds and its facts. */
export function addReadingPages(router: Router, lab: Pick<Lab, 'profiles' | 'setting'>): void {
  router.get('/profiles', (ctx) => answerPage(ctx, { title: 'Profiles', here: 'profiles', content: profilesContent(lab) }));
  router.get('/facts', (ctx) => {
    const content = factsContent(lab, readFilter(new URLSearchParams(ctx.querystring)));
    answerPage(ctx, { title: 'Facts', here: 'facts', content });
  });
}
