/** What a request with this id gets, and an upload of this id brings: of nobody else's, and of no other request's, is any part the same. */
export function contentFor(user: string | null, id: string, length: number): string {
  const line = `${user} ${id}\n`;
  return line.repeat(Math.ceil(length / line.length)).slice(0, length);
}

/** Kinds of requests that the published server carries out, with the length of what it answers. */
export const lengths = { visit: 300, download: 100_000, upload: 120, chunked: 120, post: 80, poll: 60, socket: 400 } as const;

export type Kind = keyof typeof lengths;

export const isKind = (text: string): text is Kind => text in lengths;

/** What an upload brings, bytes. */
export const UPLOAD = 50_000;
