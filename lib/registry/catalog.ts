import { withQuery, type Answer, type Send } from '../http/exchange.ts';

/** The requests a client can make of the catalog of Docker's V2 API. `send` carries the right to read it. */
export class Catalog {
  readonly url: string;
  readonly send: Send;

  constructor(send: Send, registry: string) {
    this.send = send;
    this.url = `${registry}/v2/_catalog`;
  }

  list = async (params: Iterable<readonly [string, string]> = []): Promise<Answer> =>
    await this.send({ method: 'GET', url: withQuery(this.url, params) });
}
