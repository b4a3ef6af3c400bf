import type { Rule } from './rule.ts';
import { rfc, spec } from './sources.ts';

const support = spec('Determining Support');
const requirements = spec('Requirements');
const api = spec('API');
const proxying = spec('Registry Proxying');
const warnings = spec('Warnings');
const errorCodes = spec('Error Codes');
const tooMany = rfc(6585, '4');

export const generalRules = {
  'ping.status': {
    level: 'must',
    ...support,
    title: 'GET on /v2/ is answered with 200 to a client that may enter',
  },
  'ping.unauthorized': {
    level: 'should',
    ...support,
    title: 'GET on /v2/ without credentials is answered with 200 or with 401',
  },
  'general.pull': {
    level: 'must',
    ...requirements,
    title: 'Manifests and blobs can be asked for by GET and by HEAD',
  },
  'general.push': {
    level: 'should',
    ...requirements,
    title: 'Blobs and manifests can be pushed',
  },
  'general.discovery': {
    level: 'should',
    ...requirements,
    title: 'Tags can be listed, and referrers where the version has them',
  },
  'general.management': {
    level: 'should',
    ...requirements,
    title: 'Tags, manifests or blobs can be deleted',
  },
  'general.categories': {
    level: 'should',
    ...requirements,
    title: 'A registry that offers one endpoint of a category offers all of that category',
  },
  'redirect.content': {
    level: 'may',
    since: 'main',
    ...api,
    title: 'A redirected request ends at the content that was asked for',
    needs: ['redirect'],
  },
  'redirect.range': {
    level: 'defacto',
    ...api,
    title: 'A redirected blob still answers byte ranges',
    needs: ['redirect', 'range'],
  },
  'redirect.head': {
    level: 'defacto',
    ...api,
    title: 'A HEAD request can follow its redirect to the same headers as GET',
    needs: ['redirect'],
  },
  'proxy.ns-accepted': {
    level: 'may',
    since: 'main',
    ...proxying,
    title: 'A pull with an ns parameter is answered from the host it names or as if it were absent',
  },
  'proxy.namespace-header': {
    level: 'should',
    since: 'main',
    ...proxying,
    title: 'An answer scoped by the ns parameter repeats its value in OCI-Namespace',
    needs: ['namespace-proxy'],
  },
  'warning.present': {
    level: 'may',
    since: '1.1',
    ...warnings,
    title: 'An answer with a Warning header is otherwise the usual answer',
    needs: ['warning'],
  },
  'warning.code': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'Every warning has the code 299',
  },
  'warning.agent': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'Every warning names its agent as a dash',
    needs: ['warning'],
  },
  'warning.date': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'No warning carries a date',
    needs: ['warning'],
  },
  'warning.size': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'The warnings of one answer take no more than 4096 bytes together',
    needs: ['warning'],
  },
  'rate.retry-after': {
    level: 'should',
    since: 'main',
    ...errorCodes,
    title: 'A 429 says in Retry-After when to come back',
    needs: ['rate-limit'],
  },
  'rate.retry-after-value': {
    level: 'defacto',
    ...tooMany,
    title: 'A Retry-After is a date or a number of seconds above zero',
    needs: ['rate-limit'],
  },
  'rate.status': {
    level: 'defacto',
    ...tooMany,
    title: 'A client over its limit is answered with 429',
    needs: ['rate-limit'],
  },
  'rate.code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The error body of a 429 has the code TOOMANYREQUESTS',
    needs: ['rate-limit'],
  },
  'rate.recovers': {
    level: 'defacto',
    ...tooMany,
    title: 'A client that waited as Retry-After says is served again',
    needs: ['rate-limit'],
  },
} as const satisfies Record<string, Rule>;
