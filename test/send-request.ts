import { type IncomingHttpHeaders, request } from 'node:http';

export type Answer = {
  status: number;
  message: string;
  location: string;
  /** Set-Cookie fields, as they came. */
  cookies: string[];
  headers: IncomingHttpHeaders;
  body: string;
};

/** One request, past every agent; the answer counts even if it comes while the body is still being sent. */
export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('error', reject).on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          message: answer.statusMessage ?? '',
          location: answer.headers.location ?? '',
          cookies: answer.headers['set-cookie'] ?? [],
          headers: answer.headers,
          body: text,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
