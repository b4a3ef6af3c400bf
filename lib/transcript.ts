import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { HttpExchange, HttpExchangeBody, HttpExchangeNameValue } from 'allure-js-commons/http';
import { ALLURE_HTTP_REDACTED_VALUE } from 'allure-js-commons/http';
import type { Answer, Header } from './exchange.ts';
import { isSecretHeader, redact } from './redact.ts';

const textual =
  /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|prettyjws)|application\/x-www-form-urlencoded)/i;
const longestText = 4_000;

/** The exchange as a person reads it: request line, headers, bodies cut short, and the same of the answer. */
export function transcript(answer: Answer, secrets: readonly string[]): string {
  const { request } = answer;
  const sent = Object.entries(request.headers ?? {}).map(([name, value]) => ({ name, value }));
  return [
    `${request.method} ${redact(request.url, secrets)}`,
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
  const sent = Object.entries(request.headers ?? {}).map(([name, value]) => ({ name, value }));
  const requestBody = allureBody(request.body, contentTypeOf(sent), secrets);
  const responseBody = allureBody(answer.body, contentTypeOf(answer.headers), secrets);
  return {
    schemaVersion: 1,
    request: {
      method: request.method,
      url: redact(request.url, secrets),
      headers: allureHeaders(sent, secrets),
      ...(requestBody === undefined ? {} : { body: requestBody }),
    },
    response: {
      status: answer.status,
      statusText: STATUS_CODES[answer.status] ?? '',
      headers: allureHeaders(answer.headers, secrets),
      ...(responseBody === undefined ? {} : { body: responseBody }),
    },
  };
}

function headerLines(headers: readonly Header[], secrets: readonly string[]): string[] {
  return headers.map(
    ({ name, value }) => `${name}: ${isSecretHeader(name) ? '***' : redact(value, secrets)}`,
  );
}

function allureHeaders(headers: readonly Header[], secrets: readonly string[]): HttpExchangeNameValue[] {
  return headers.map(({ name, value }) => ({
    name,
    value: isSecretHeader(name) ? ALLURE_HTTP_REDACTED_VALUE : redact(value, secrets),
  }));
}

function contentTypeOf(headers: readonly Header[]): string {
  return headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
}

function bodyLines(body: Buffer | undefined, contentType: string, secrets: readonly string[]): string[] {
  if (body === undefined || body.length === 0) return [];
  return ['', textual.test(contentType) ? cut(body, secrets) : summary(body)];
}

function allureBody(
  body: Buffer | undefined,
  contentType: string,
  secrets: readonly string[],
): HttpExchangeBody | undefined {
  if (body === undefined || body.length === 0) return undefined;
  const value = textual.test(contentType) ? cut(body, secrets) : summary(body);
  return { contentType, encoding: 'utf8', value, size: body.length };
}

function cut(body: Buffer, secrets: readonly string[]): string {
  const text = redact(body.toString('utf8'), secrets);
  return text.length <= longestText
    ? text
    : `${text.slice(0, longestText)}… (${body.length} bytes in all, sha256:${sha256(body)})`;
}

function summary(body: Buffer): string {
  return `(${body.length} bytes, sha256:${sha256(body)})`;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
