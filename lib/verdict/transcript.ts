import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { HttpExchange, HttpExchangeBody } from 'allure-js-commons/http';
import { ALLURE_HTTP_REDACTED_VALUE } from 'allure-js-commons/http';
import type { Answer, Header, Request } from '../http/exchange.ts';
import { isSecretHeader } from '../secrets/redact.ts';
import { cut } from '../text/cut.ts';
import { visibleLines } from '../text/visible.ts';

const textual =
  /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|prettyjws)|application\/x-www-form-urlencoded)/i;
const longestText = 4_000;
const longestLine = 1_000;
// No registry has a reason to send more.
const mostHeaders = 50;

/** The exchange as a person reads it: request line, headers, bodies cut short, and the same of the answer. */
export function transcript(answer: Answer, secrets: readonly string[]): string {
  const { request } = answer;
  const sent = sentHeaders(request);
  return [
    `${request.method} ${cut(request.url, longestLine, secrets)}`,
    ...headerLines(sent, secrets),
    ...bodyLines(request.body, contentTypeOf(sent), secrets),
    '',
    `→ ${answer.status} ${STATUS_CODES[answer.status] ?? ''} (${Math.round(answer.durationMs)} ms)`,
    ...headerLines(answer.headers, secrets),
    ...bodyLines(answer.body, contentTypeOf(answer.headers), secrets),
  ].join('\n');
}

/** The exchange in the form that Allure draws (`application/vnd.allure.http+json`). */
export function allureExchange(answer: Answer, secrets: readonly string[]): HttpExchange {
  const { request } = answer;
  const sent = sentHeaders(request);
  const requestBody = allureBody(request.body, contentTypeOf(sent), secrets);
  const responseBody = allureBody(answer.body, contentTypeOf(answer.headers), secrets);
  return {
    schemaVersion: 1,
    request: {
      method: request.method,
      url: cut(request.url, longestLine, secrets),
      headers: shownHeaders(sent, secrets, ALLURE_HTTP_REDACTED_VALUE),
      ...(requestBody === undefined ? {} : { body: requestBody }),
    },
    response: {
      status: answer.status,
      statusText: STATUS_CODES[answer.status] ?? '',
      headers: shownHeaders(answer.headers, secrets, ALLURE_HTTP_REDACTED_VALUE),
      ...(responseBody === undefined ? {} : { body: responseBody }),
    },
  };
}

/** Those that the test gave, and where the registry's own log has the request. */
function sentHeaders({ headers = {}, trace }: Request): Header[] {
  return Object.entries({ ...(trace !== undefined && { traceparent: trace }), ...headers }).map(
    ([name, value]) => ({ name, value }),
  );
}

function headerLines(headers: readonly Header[], secrets: readonly string[]): string[] {
  return shownHeaders(headers, secrets, '***').map(({ name, value }) =>
    value === '' ? `${name}:` : `${name}: ${value}`,
  );
}

/** The first of them, each in one line. */
function shownHeaders(headers: readonly Header[], secrets: readonly string[], mask: string): Header[] {
  const shown = headers.slice(0, mostHeaders).map(({ name, value }) => ({
    name: cut(name, longestLine, secrets),
    value: isSecretHeader(name) ? mask : cut(value, longestLine, secrets),
  }));
  const rest = headers.length - mostHeaders;
  return rest > 0 ? [...shown, { name: '…', value: `${rest} more header lines` }] : shown;
}

function contentTypeOf(headers: readonly Header[]): string {
  return headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
}

function bodyLines(body: Buffer | undefined, contentType: string, secrets: readonly string[]): string[] {
  if (body === undefined || body.length === 0) return [];
  return ['', bodyText(body, contentType, secrets)];
}

function allureBody(
  body: Buffer | undefined,
  contentType: string,
  secrets: readonly string[],
): HttpExchangeBody | undefined {
  if (body === undefined || body.length === 0) return undefined;
  const value = bodyText(body, contentType, secrets);
  return { contentType: cut(contentType, longestLine, secrets), encoding: 'utf8', value, size: body.length };
}

function bodyText(body: Buffer, contentType: string, secrets: readonly string[]): string {
  const digest = createHash('sha256').update(body).digest('hex');
  if (!textual.test(contentType)) return `(${body.length} bytes, sha256:${digest})`;
  const rest = `… (${body.length} bytes in all, sha256:${digest})`;
  return cut(body, longestText, secrets, { show: visibleLines, rest });
}
