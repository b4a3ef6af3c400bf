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
    since: '1.0',
    ...support,
    title: 'GET on /v2/ is answered with 200 to a client that may enter',
    rows: [8],
  },
  'ping.unauthorized': {
    level: 'should',
    since: '1.0',
    ...support,
    title: 'GET on /v2/ without credentials is answered with 200 or with 401',
    rows: [8],
  },
  'general.pull': {
    level: 'must',
    since: '1.0',
    ...requirements,
    title: 'Manifests and blobs can be asked for by GET and by HEAD',
    rows: [1],
  },
  'general.push': {
    level: 'should',
    since: '1.0',
    ...requirements,
    title: 'Blobs and manifests can be pushed',
    rows: [2],
  },
  'general.discovery': {
    level: 'should',
    since: '1.0',
    ...requirements,
    title: 'Tags can be listed, and referrers where the version has them',
    rows: [2],
  },
  'general.management': {
    level: 'should',
    since: '1.0',
    ...requirements,
    title: 'Tags, manifests or blobs can be deleted',
    rows: [2],
  },
  'general.categories': {
    level: 'must',
    since: '1.0',
    ...requirements,
    title: 'A registry that offers one endpoint of a category offers all of that category',
    rows: [3],
  },
  'redirect.content': {
    level: 'may',
    since: 'main',
    ...api,
    title: 'A redirected request ends at the content that was asked for',
    rows: [7],
    needs: ['redirect'],
  },
  'redirect.range': {
    level: 'defacto',
    since: '1.0',
    ...api,
    title: 'A redirected blob still answers byte ranges',
    rows: [7],
    needs: ['redirect', 'range'],
  },
  'redirect.head': {
    level: 'defacto',
    since: '1.0',
    ...api,
    title: 'A HEAD request can follow its redirect to the same headers as GET',
    rows: [7],
    needs: ['redirect'],
  },
  'proxy.ns-accepted': {
    level: 'may',
    since: 'main',
    ...proxying,
    title: 'A pull with an ns parameter is answered from the host it names or as if it were absent',
    rows: [120, 121],
  },
  'proxy.namespace-header': {
    level: 'should',
    since: 'main',
    ...proxying,
    title: 'An answer scoped by the ns parameter repeats its value in OCI-Namespace',
    rows: [122],
    needs: ['namespace-proxy'],
  },
  'warning.present': {
    level: 'may',
    since: '1.1',
    ...warnings,
    title: 'An answer with a Warning header is otherwise the usual answer',
    rows: [129],
    needs: ['warning'],
  },
  'warning.code': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'Every warning has the code 299',
    rows: [130],
    needs: ['warning'],
  },
  'warning.agent': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'Every warning names its agent as a dash',
    rows: [130],
    needs: ['warning'],
  },
  'warning.date': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'No warning carries a date',
    rows: [130],
    needs: ['warning'],
  },
  'warning.size': {
    level: 'must',
    since: '1.1',
    ...warnings,
    title: 'The warnings of one answer take no more than 4096 bytes together',
    rows: [131],
    needs: ['warning'],
  },
  'rate.retry-after': {
    level: 'should',
    since: 'main',
    ...errorCodes,
    title: 'A 429 says in Retry-After when to come back',
    rows: [128],
    needs: ['rate-limit'],
  },
  'rate.retry-after-value': {
    level: 'defacto',
    since: '1.0',
    ...tooMany,
    title: 'A Retry-After is a date or a number of seconds above zero',
    needs: ['rate-limit'],
  },
  'rate.status': {
    level: 'defacto',
    since: '1.0',
    ...tooMany,
    title: 'A client over its limit is answered with 429',
    needs: ['rate-limit'],
  },
  'rate.code': {
    level: 'defacto',
    since: '1.0',
    ...errorCodes,
    title: 'The error body of a 429 has the code TOOMANYREQUESTS',
    needs: ['rate-limit'],
  },
  'rate.recovers': {
    level: 'defacto',
    since: '1.0',
    ...tooMany,
    title: 'A client that waited as Retry-After says is served again',
    needs: ['rate-limit'],
  },
} as const satisfies Record<string, Rule>;
