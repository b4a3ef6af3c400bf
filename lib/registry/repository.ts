import { withQuery, type Answer, type Request, type Send } from '../http/exchange.ts';
import { mediaTypes } from '../content/media-types.ts';
import { joined } from './paging.ts';

type Params = Iterable<readonly [string, string]>;
type Headers = Record<string, string>;

/** Every type of manifest. */
export const manifestAccept = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.list,
  mediaTypes.schema2,
  mediaTypes.schema1Signed,
  mediaTypes.schema1,
].join(', ');

/** The header that puts a chunk at its place in the blob, ends inclusive. */
export function placed(start: number, chunk: Buffer): Headers {
  return { 'Content-Range': `${start}-${start + chunk.length - 1}` };
}

/**
 * The requests a client can make of one repository, one method a request: nothing is asserted here. `send` carries
 * the credentials, and follows redirects: "The status codes documented in this specification are those returned after any
 * redirects have been followed".
 */
export class Repository {
  readonly name: string;
  readonly url: string;
  readonly #send: Send;

  constructor(send: Send, registry: string, name: string) {
    this.#send = send;
    this.name = name;
    this.url = `${registry}/v2/${name}`;
  }

  send = async (request: Request): Promise<Answer> => await this.#send(request);

  readonly blobs = {
    head: async (digest: string, headers: Headers = {}) =>
      await this.#send({ method: 'HEAD', url: `${this.url}/blobs/${digest}`, headers }),
    get: async (digest: string, headers: Headers = {}) =>
      await this.#send({ method: 'GET', url: `${this.url}/blobs/${digest}`, headers }),
    delete: async (digest: string, headers: Headers = {}) =>
      await this.#send({ method: 'DELETE', url: `${this.url}/blobs/${digest}`, headers }),
  };

  readonly uploads = {
    /** POST that opens a session, or with `digest` and a body stores the blob at once, or mounts it. */
    post: async (params: Params = [], body?: Buffer, headers: Headers = {}) =>
      await this.#send({
        method: 'POST',
        url: withQuery(`${this.url}/blobs/uploads/`, params),
        headers: body === undefined ? headers : { 'Content-Type': mediaTypes.octetStream, ...headers },
        body,
      }),
    patch: async (location: string, body: Buffer, headers: Headers = {}) =>
      await this.#send({
        method: 'PATCH',
        url: location,
        headers: { 'Content-Type': mediaTypes.octetStream, ...headers },
        body,
      }),
    get: async (location: string) => await this.#send({ method: 'GET', url: location }),
    put: async (location: string, digest: string, body?: Buffer, headers: Headers = {}) =>
      await this.#send({
        method: 'PUT',
        url: withQuery(location, [['digest', digest]]),
        headers: body === undefined ? headers : { 'Content-Type': mediaTypes.octetStream, ...headers },
        body,
      }),
    delete: async (location: string) => await this.#send({ method: 'DELETE', url: location }),
  };

  readonly manifests = {
    head: async (reference: string, headers: Headers = {}) =>
      await this.#send({
        method: 'HEAD',
        url: `${this.url}/manifests/${reference}`,
        headers: { Accept: manifestAccept, ...headers },
      }),
    get: async (reference: string, headers: Headers = {}) =>
      await this.#send({
        method: 'GET',
        url: `${this.url}/manifests/${reference}`,
        headers: { Accept: manifestAccept, ...headers },
      }),
    put: async (
      reference: string,
      manifest: { bytes: Buffer; mediaType: string },
      params: Params = [],
      headers: Headers = {},
    ) =>
      await this.#send({
        method: 'PUT',
        url: withQuery(`${this.url}/manifests/${reference}`, params),
        headers: { 'Content-Type': manifest.mediaType, ...headers },
        body: manifest.bytes,
      }),
    delete: async (reference: string, headers: Headers = {}) =>
      await this.#send({ method: 'DELETE', url: `${this.url}/manifests/${reference}`, headers }),
  };

  readonly tags = {
    /** One page. */
    list: async (params: Params = []) =>
      await this.#send({ method: 'GET', url: withQuery(`${this.url}/tags/list`, params) }),
    /** The whole list, on however many pages the registry hands it out. */
    all: async () => await joined(this.#send, { method: 'GET', url: `${this.url}/tags/list` }, 'tags'),
  };

  readonly referrers = {
    /** One page. */
    page: async (digest: string, params: Params = [], headers: Headers = {}) =>
      await this.#send({ method: 'GET', url: withQuery(`${this.url}/referrers/${digest}`, params), headers }),
    /** The whole list, on however many pages the registry hands it out. */
    list: async (digest: string, params: Params = [], headers: Headers = {}) =>
      await joined(
        this.#send,
        { method: 'GET', url: withQuery(`${this.url}/referrers/${digest}`, params), headers },
        'manifests',
      ),
  };
}
