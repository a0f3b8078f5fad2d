import type { FigureMaker } from './figure.ts';
import { measureHopsToPage } from './hops-to-page.ts';
import { openChromium } from './open-chromium.ts';
import { startLabProcess } from './start-lab.ts';
import { measurePages } from './times-of-pages.ts';
import { measureWithPages } from './with-pages-open.ts';

const CONNECTIONS = 32;

/** The lab is a process of its own, and Chromium a few more; who asks is this one. */
export const consolePages: FigureMaker = {
  name: 'console',
  title: () => 'The pages of the console while hops happen, and what they cost the lab',
  async measure(bench) {
    const lab = await startLabProcess(bench, CONNECTIONS);
    const requests = await measureWithPages(bench, lab, CONNECTIONS);
    const chromium = await openChromium(bench);
    if (!chromium) return { rows: requests, remarks: [NO_CHROMIUM] };
    const { rows, counts } = await measureHopsToPage(bench, lab, chromium);
    const pages = await measurePages(bench, lab, chromium);
    return { rows: [...rows, ...pages, ...requests], counts, remarks: [A_HOP] };
  },
};

const NO_CHROMIUM = 'No Chromium found, so no page was measured: set CHROME_PATH, or install Debian’s package chromium.';
const A_HOP = 'A hop is a request through gateway and front end to the mailbox: seven events. Chromium draws 60 frames a second.';
