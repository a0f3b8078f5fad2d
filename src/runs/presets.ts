import { LabError } from '../errors.ts';
import type { KnownCells } from './known-cells.ts';
import type { RunInput } from './run.ts';

export type Preset = {
  /** Names it in addresses. */
  name: string;
  title: string;
  /** What there is to see, in one sentence. */
  story: string;
  input: RunInput;
};

/** How TMG published Exchange: it delegates Basic, and watches for the URL that the Exchange team names. */
const behindTmg = (profile: string, kinds = 'shipped', url = 'owa-logoff') =>
  `exchange/${profile}/basic/owa/premium/gateway/${kinds}/${url}`;

/**
 * One click each. Office 365 is KB read literally: that model alone does the same in every browser, while the other one needs a browser
 * that keeps cookies apart by zones (O-05), and people no longer have one.
 */
const presets: readonly (Omit<Preset, 'input'> & { cell: string })[] = [
  {
    name: 'cu1-breaks-it',
    title: 'CU1 breaks it',
    story: 'Sign out shows a dialog and requests nothing, so TMG has nothing to see and keeps its session.',
    cell: behindTmg('2013-cu1'),
  },
  {
    name: 'cu9-as-announced',
    title: 'CU9 as announced',
    story: 'The key is commented out, so the client requests /owa/logoff.owa again and TMG notices.',
    cell: behindTmg('2013-cu9-announced'),
  },
  {
    name: 'cu9-as-shipped',
    title: 'CU9 as shipped',
    story: 'The files say LegacyLogOff after all, so the dialog is back and TMG sees nothing.',
    cell: behindTmg('2013-cu9-shipped'),
  },
  {
    name: 'legacylogoff-switched-off',
    title: 'LegacyLogOff switched off',
    story: 'CU8 with the key taken out of all three web.config files: the sign-out is requested, and TMG notices.',
    cell: behindTmg('2013-cu8', 'absent-absent-absent'),
  },
  {
    name: 'rule-still-says-cmd-logoff',
    title: 'rule still says ?Cmd=logoff',
    story: 'CU9 as announced does request a sign-out, but not the page of Exchange 2010 that the rule still watches for.',
    cell: behindTmg('2013-cu9-announced', 'shipped', 'cmd'),
  },
  {
    name: 'office-365-scenario-1',
    title: 'Office 365 scenario 1',
    story: 'Signing out of the portal leaves SharePoint Online signed in.',
    cell: 'office365/literal/7a',
  },
  {
    name: 'office-365-scenario-2',
    title: 'Office 365 scenario 2',
    story: 'Sign out of Outlook Web App just loads the page again, signed in with a new session.',
    cell: 'office365/literal/7b',
  },
];

/** Runs worth showing, each a cell of the matrix. Throws internal if one is not. */
export function presetsOf(cells: KnownCells): readonly Preset[] {
  return presets.map(({ cell, ...preset }) => {
    const input = cells.get(cell);
    if (!input)
      throw new LabError('internal', `the preset "${preset.title}" is the cell ${cell}, which the matrix does not have`);
    return { ...preset, input };
  });
}
