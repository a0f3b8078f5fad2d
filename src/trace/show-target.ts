import { withoutSecrets } from './without-secrets.ts';

/** Longer values are ids, addresses to come back to and the like. */
const LONGEST_VALUE = 24;

/** Of a longer query only the first parameter is shown. */
const MOST_PARAMETERS = 4;

/** A time, in seconds or milliseconds. */
const time = /^\d{10,}$/;

/**
 * A request target as documents show it: the same in every run. Secret and long values of the query and times become `…`, as does what
 * follows the first of many parameters, and ports go.
 */
export function showTarget(raw: string): string {
  const target = withoutSecrets(raw);
  const mark = target.indexOf('?');
  if (mark < 0) return withoutPorts(target);
  const query = target
    .slice(mark + 1)
    .split('&')
    .map(showParameter);
  const shown = query.length > MOST_PARAMETERS ? [query[0], '…'] : query;
  return withoutPorts(`${target.slice(0, mark)}?${shown.join('&')}`);
}

/** The path of a Location; with the name of its host if that is not the one that was asked. */
export function showLocation(location: string, host: string | undefined): string {
  if (!URL.canParse(location)) return showTarget(location);
  const { host: leadsTo, hostname, pathname, search } = new URL(location);
  return `${leadsTo === host ? '' : hostname}${showTarget(pathname + search)}`;
}

/** A sentence of the trace in which the target stands as `showTarget` shows it. */
export function showSentence(sentence: string, target: string | undefined): string {
  return withoutPorts(target ? sentence.replaceAll(target, () => showTarget(target)) : sentence);
}

function showParameter(parameter: string): string {
  const at = parameter.indexOf('=');
  const value = parameter.slice(at + 1);
  if (at < 0) return value.length > LONGEST_VALUE ? '…' : value;
  const name = parameter.slice(0, at);
  return value.length > LONGEST_VALUE || time.test(value) ? `${name}=…` : parameter;
}

function withoutPorts(text: string): string {
  return text.replace(/(localhost|127\.0\.0\.1)(:|%3a)\d+/gi, '$1');
}
