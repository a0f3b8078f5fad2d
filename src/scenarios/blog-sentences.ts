// Every sentence of BLOG (the post, its updates, its table and the comments under it) that states a behaviour or a rule of what
// happens, in our words and in the order of the text, and the cases of the matrix that show it. The update of 2015-02-09 put off to
// CU9 what the post announced, and the update of 2016-01-19 withdrew it as default: where they overrule the post, the gist says so.

import { flows } from './blog/flows.ts';
import { comments, order } from './blog/order-and-comments.ts';
import { reversion } from './blog/reversion.ts';
import { updates } from './blog/updates.ts';
import type { SourceSentence } from './source-sentence.ts';

export const blogSentences: readonly SourceSentence[] = [...updates, ...flows, ...reversion, ...order, ...comments];
