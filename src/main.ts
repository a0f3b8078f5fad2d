#!/usr/bin/env -S node --disable-warning=DEP0060
import { run } from './cli/run.ts';

process.exitCode = await run(process.argv.slice(2), process.env);
