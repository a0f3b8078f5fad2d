import type { ServiceName } from './hosts.ts';

/** What the logon server knows of a service (O-07). */
export type ServiceData = {
  title: string;
  /** The `id` of its sign-in requests; OWA's is seen, the others are ours. */
  siteId: string;
  /** Path of the page that people open. */
  start: string;
  /** Path at which it takes tokens and clean-ups. */
  landing: string;
  /** Name of the form field that carries the token. */
  tokenField: 't' | 'wresult';
};

export const services: Readonly<Record<ServiceName, ServiceData>> = {
  portal: { title: 'Office 365 portal', siteId: '271346', start: '/', landing: '/landing.aspx', tokenField: 't' },
  owa: { title: 'Outlook Web App', siteId: '260563', start: '/owa/', landing: '/owa/', tokenField: 't' },
  sharepoint: {
    title: 'SharePoint Online',
    siteId: '500046',
    start: '/',
    landing: '/_forms/default.aspx',
    tokenField: 'wresult',
  },
};
