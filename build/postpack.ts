import { restoreManifest } from './kept-manifest.ts';

/** Run by npm after it has packed, and by anybody whose npm pack was cut short: package.json is again as it was. */
if (!restoreManifest()) process.stderr.write('package.json is its own already.\n');
