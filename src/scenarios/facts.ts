// What is known about the products that the lab imitates, and what is required of those that end sessions.
// doc: vendor documentation or BLOG. seen: observed or reported behaviour. late: reported for one late build (15.0.1497.2)
// and extrapolated to the others. infer: inference. A fact with two marks carries the weaker one and says so in its gist.
// BLOG: the Exchange team's post on the changes to OWA logoff (2015, updates to 2016-01-19).
// KB: the vendor's support article 2507767 on signing out of Office 365 (revision 25, 2013-05-31).

import type { Fact } from './fact.ts';
import { exchangeFacts } from './facts-exchange.ts';
import { gatewayFacts } from './facts-gateway.ts';
import { office365Facts } from './facts-office365.ts';
import { requirements } from './requirements.ts';

export const facts: readonly Fact[] = [...gatewayFacts, ...exchangeFacts, ...office365Facts, ...requirements];
