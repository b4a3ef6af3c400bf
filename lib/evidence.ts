import type { TestInfo } from '@playwright/test';
import { ALLURE_HTTP_EXCHANGE_CONTENT_TYPE } from 'allure-js-commons/http';
import type { Answer, Request } from './exchange.ts';
import { redact } from './redact.ts';
import { repeatScript, type Sent } from './repeat.ts';
import { currentRun, runIdentities, runSecrets, runSettings } from './run.ts';
import { answerThatBrought, exchangesOf, nameOf, unansweredOf } from './session.ts';
import { allureExchange, transcript } from './transcript.ts';
import { judgementsOf, type Axes } from './verdict.ts';

const text = 'text/plain';
// A test of many requests is told by its last ones.
const mostShown = 40;

/** Puts the test's exchanges into the report, secrets masked. */
export async function attachExchanges(testInfo: TestInfo): Promise<void> {
  for (const [at, answer] of exchangesOf(testInfo).entries()) {
    await testInfo.attach(titleOf(at + 1, answer), {
      contentType: ALLURE_HTTP_EXCHANGE_CONTENT_TYPE,
      body: redact(JSON.stringify(allureExchange(answer, runSecrets())), runSecrets()),
    });
  }
}

/**
 * Puts into the report of a test that failed, or that something else blocks, what a person needs to see why: the
 * exchange in question as text, those before it, and a script that repeats them all. `repository` is the test's own.
 */
export async function attachCourse(testInfo: TestInfo, repository: string): Promise<void> {
  const all = exchangesOf(testInfo);
  const broken = judgementsOf(testInfo).filter(({ outcome }) => outcome === 'fail');
  const last = broken.map(({ answer }) => all.findLastIndex((one) => one === answer)).reduce(latest, -1);
  const sent: Sent[] = [
    ...(last === -1 ? all : all.slice(0, last + 1)).map((answer) => ({ request: answer.request, answer })),
    ...[last === -1 ? unansweredOf(testInfo) : undefined].flatMap((request) =>
      request ? [{ request }] : [],
    ),
  ];
  if (sent.length === 0) return;
  const what = whatWentWrong(testInfo);
  await testInfo.attach(redact(`exchange ${sent.length}: ${what}`, runSecrets()), {
    contentType: text,
    body: told(sent.length, sent.at(-1)),
  });
  const before = sent.slice(0, -1);
  if (before.length > 0) {
    const shown = before
      .slice(-mostShown)
      .map((one, at) => told(before.length - Math.min(before.length, mostShown) + at + 1, one));
    await testInfo.attach(`the exchanges before it: ${before.length}`, {
      contentType: text,
      body: shown.join('\n\n\n'),
    });
  }
  await testInfo.attach('repeat.sh', {
    contentType: text,
    body: redact(scriptOf(testInfo, repository, sent), runSecrets()),
  });
}

function latest(one: number, other: number): number {
  return Math.max(one, other);
}

function whatWentWrong(testInfo: TestInfo): string {
  const broken = judgementsOf(testInfo).filter(({ outcome }) => outcome === 'fail');
  if (broken.length > 0) return `broke ${[...new Set(broken.map(({ rule }) => rule))].join(', ')}`;
  const skip = testInfo.annotations.find(({ type }) => type === 'skip')?.description;
  if (skip !== undefined) return `set-up, ${skip.split(': ', 1)[0]}`;
  return unansweredOf(testInfo) === undefined ? 'the last before the error' : 'no answer';
}

function titleOf(number: number, { request, status }: Answer): string {
  return redact(`${number}. ${nameIn(request)} → ${status}`, runSecrets());
}

function nameIn({ method, url, title }: Request): string {
  return title ?? nameOf(method, new URL(url).pathname);
}

function told(number: number, sent: Sent | undefined): string {
  if (sent === undefined) return '';
  const { request, answer } = sent;
  const exchange =
    answer === undefined
      ? `${request.method} ${request.url}\n\n→ no answer`
      : transcript(answer, runSecrets());
  return redact(`${number}. ${nameIn(request)}\n\n${exchange}`, runSecrets());
}

function scriptOf(testInfo: TestInfo, repository: string, sent: readonly Sent[]): string {
  const secrets = runSecrets();
  const { authMode } = testInfo.project.use as Axes;
  const { caFile, insecureTls, url } = runSettings();
  const target = currentRun().targets.find(({ auth }) => auth === authMode);
  const broken = judgementsOf(testInfo).find(({ outcome }) => outcome === 'fail');
  const error = testInfo.error?.message?.split('\n', 1)[0];
  return repeatScript({
    about: [
      testInfo.title,
      ...(broken?.message.split('\n\n', 1)[0]?.split('\n') ?? [error ?? whatWentWrong(testInfo)]),
      '',
      ...(url === undefined
        ? [
            `The embedded registry of that run is gone: npm run registry -- --auth ${authMode} starts another. Set REGISTRY.`,
          ]
        : []),
    ].map((line) => redact(line, secrets)),
    sent: withTokens(sent),
    places: [
      { name: 'REGISTRY', value: target?.url ?? '' },
      ...(target?.tokenService === undefined ? [] : [{ name: 'REALM', value: target.tokenService.realm }]),
      { name: 'REPO', value: repository },
    ].filter(({ value }) => value !== ''),
    identities: runIdentities(),
    options: `${caFile === undefined ? '' : ' --cacert "$REGISTRY_CA_FILE"'}${insecureTls ? ' --insecure' : ''}`,
    secrets,
  });
}

/** Begins with the requests for the tokens that an earlier test of the worker asked for. */
function withTokens(sent: readonly Sent[]): Sent[] {
  const ours = new Set(sent.map(({ answer }) => answer));
  const earlier = sent.flatMap(({ request }) => {
    const authorization = Object.entries(request.headers ?? {}).find(
      ([name]) => name.toLowerCase() === 'authorization',
    )?.[1];
    const answer = answerThatBrought(authorization?.replace(/^\w+ +/, '') ?? '');
    return answer === undefined || ours.has(answer) ? [] : [answer];
  });
  return [...[...new Set(earlier)].map((answer) => ({ request: answer.request, answer })), ...sent];
}
