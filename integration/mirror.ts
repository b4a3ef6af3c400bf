import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodings } from '../unit/encodings.ts';

type Tokens = { token: string; access_token: string; refresh_token: string };

/** Each of the secrets in each encoding. */
export function formsOf(secrets: readonly string[]): string[] {
  return [...new Set(secrets.flatMap((secret) => Object.values(encodings).map((encode) => encode(secret))))];
}

/**
 * A registry that lets everybody in and says these secrets wherever there is room, at any moment: to a ping, with a
 * token, to a probe, in a test, as things are removed.
 */
export async function startMirror(
  secrets: readonly string[],
  tokens: () => Promise<Tokens> | Tokens,
  scheme: 'http' | 'https',
): Promise<Server & { url: string }> {
  const forms = formsOf(secrets);
  const told = new Map<string, number>();
  /** So many forms for a place, each in its turn. */
  const next = (place: string, count = 8): string[] => {
    const first = told.get(place) ?? 0;
    told.set(place, first + count);
    return Array.from({ length: count }, (_, at) => forms[(first + at) % forms.length] ?? '');
  };
  const sendable = (form: string): string =>
    Buffer.from(form)
      .toString('latin1')
      .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '');
  const one = (place: string): string => sendable(next(place, 1)[0] ?? '');

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const origin = `${scheme}://${request.headers.host}`;
    const { method = '', url = '' } = request;
    const path = url.split('?', 1)[0] ?? '';
    for (const form of next('header')) response.appendHeader('X-Echo', sendable(form));
    // Without the signs that fit in no name it would be no secret.
    const word = next('name', 1)[0] ?? '';
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(word)) response.setHeader(`X-${word}`, '1');
    if (method !== 'HEAD') {
      response.setHeader('Trailer', 'X-Late');
      response.addTrailers({ 'X-Late': one('trailer') });
    }
    const say = (status: number, type: string, body: string): void => {
      response.setHeader('Content-Type', type);
      response.writeHead(status, one('status')).write(body);
      response.end();
    };
    const fail = (status: number): void => {
      const details = next('body');
      const errors = [{ code: 'DENIED', message: details[0], detail: details }];
      const bodies = [
        ['application/json', JSON.stringify({ errors })],
        ['text/plain', details.join('\n')],
        ['text/html', `<title>${details.join('</title><p>')}`],
        ['application/xml', `<error><![CDATA[${details.join(']]></error><error>')}`],
        ['application/octet-stream', details.join('\0')],
      ];
      const [type = '', body = ''] = bodies[(told.get('body') ?? 0) % bodies.length] ?? [];
      say(status, type, body);
    };

    if (path === '/token') {
      const echo = next('token');
      return say(200, 'application/json', JSON.stringify({ ...(await tokens()), echo }));
    }
    if (request.headers.authorization === undefined) {
      const realm = path === '/v2/' ? `${origin}/token` : `${origin}/token?echo=${one('realm')}`;
      response.setHeader('WWW-Authenticate', `Bearer realm="${realm.replaceAll('"', '')}",service="canary"`);
      return fail(401);
    }
    if (path.endsWith('/tags/list')) {
      response.setHeader('Link', `<${origin}${path}?last=${one('link')}>; rel="next"`);
      return say(
        200,
        'application/json',
        JSON.stringify({ name: next('repository', 1)[0], tags: next('tag') }),
      );
    }
    if (path.includes('/blobs/uploads/') && ['POST', 'PATCH'].includes(method)) {
      response.setHeader('Location', `${path}${one('path')}?_state=1&echo=${one('location')}`);
      return say(202, 'text/plain', next('opened').join('\n'));
    }
    if (method === 'PUT') {
      response.setHeader('Location', `${origin}${path}/${one('location')}`);
      response.setHeader('Docker-Content-Digest', `sha256:${one('digest')}`);
      return say(201, 'text/plain', next('stored').join('\n'));
    }
    return fail(method === 'DELETE' ? 500 : 404);
  };

  const server = createServer((request, response) => {
    request.resume().on('end', () => void answer(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
