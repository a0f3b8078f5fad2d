/// <reference lib="esnext.disposable" preserve="true" />

// What `import … from 'logoff-lab'` gives: the lab for other people's tests (docs/how-to/your-own-tests.md). This file is a contract,
// and the only one that gathers things up: inside, everybody imports what they need from where it is.

export { type BrowserOptions, createScriptedBrowser, type ScriptedBrowser } from './api/create-scripted-browser.ts';
export type { RulesDocument, Users } from './api/given-rules.ts';
export { type ExchangeOptions, type RunningExchange, startExchange, type WebConfigFile } from './api/start-exchange.ts';
export { type GatewayOptions, type GatewaySession, type RunningGateway, startGateway } from './api/start-gateway.ts';
export { type Lab, type LabChange, type LabOptions, startLab } from './api/start-lab.ts';
export { type BackEnd, type SignOutOptions, type Trace, tryToSignOut } from './api/try-to-sign-out.ts';
export { type Ground, judge, type VdirAuth, type Verdict } from './api/verdict.ts';
export type { Person } from './browser/answer-challenges.ts';
export type { Answer } from './browser/fetch-once.ts';
export type { Page } from './browser/load-page.ts';
export type { Decision } from './browser/page-script.ts';
export type { Step } from './browser/scripted-browser.ts';
export type { AdjustableClock, Clock } from './clock.ts';
export { type ErrorCode, LabError } from './errors.ts';
export type { ClickRequest } from './regression/cell.ts';
export type { Observation } from './regression/judge.ts';
export { type VerdictCode, verdictCodes } from './scenarios/verdict-codes.ts';
export type { TraceEvent } from './trace/trace-event.ts';
