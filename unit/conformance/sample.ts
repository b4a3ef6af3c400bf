import {
  summarize,
  type Conformance,
  type RuleReport,
  type Verdict,
} from '../../lib/report/conformance/report.ts';
import { rule, type RuleId } from '../../lib/rules/catalogue.ts';

/** What a hostile registry may bring into a message. */
export const hostile = `</pre></details></script><script>document.title = 'taken'</script><img src=x onerror="alert('1')"> a|b [c](d)`;

const broken = [
  'upload.patch.out-of-order (must): A chunk that starts after the end of the upload is refused with 416',
  '  source    distribution-spec: Pushing a blob in chunks https://spec.example',
  '  expected  status 416',
  '  received  status 202',
  '',
  'PATCH http://127.0.0.1:5000/v2/dockside/a/blobs/uploads/1',
  hostile,
  '',
  `curl -i -X PATCH 'http://127.0.0.1:5000/v2/dockside/a/blobs/uploads/${'1'.repeat(300)}'`,
].join('\n');

const deviating = [
  'tag.list.sorted (must): A tag list is in lexical or in ASCII order',
  '  known     the oldest tag comes first https://known.example/a_b',
  '  expected  a, b',
  '  received  b, a',
].join('\n');

export function report(id: RuleId, verdict: Verdict, ...messages: (string | undefined)[]): RuleReport {
  const { level, since, source, url, title } = rule(id);
  const tests = messages.map((message, at) => ({
    title: `a test of ${id} ${at}`,
    file: 'uploads/chunks.spec.ts',
    line: 7,
    project: 'oci-bearer',
    verdict,
    ...(message === undefined ? {} : { message }),
  }));
  return { id, level, since, source, url, title, verdict, tests };
}

export const rules: RuleReport[] = [
  report('ping.status', 'pass', undefined, undefined),
  report('upload.patch.range', 'pass', undefined),
  {
    ...report('upload.patch.out-of-order', 'fail', broken, broken),
    brokenSince: '2026-01-01T03:00:00.000Z',
  },
  report('upload.range.code', 'blocked', 'blocked by upload.patch.out-of-order: PATCH answered 202'),
  report('upload.unknown.get', 'warn', '  expected  status 404\n  received  status 400'),
  report('tag.list.sorted', 'known', deviating),
  report('mount.digest-header', 'unsupported', 'unsupported: mount-anonymous (POST answered 202)'),
  report('jwt.expired', 'untested'),
];

export const sample: Conformance = {
  target: `https://registry.example/${hostile}`,
  profile: 'spec',
  specVersion: '1.1',
  level: 'must',
  startedAt: '2026-01-02T03:04:05.678Z',
  durationMs: 12_345,
  requests: 678,
  network: { troubles: {}, flaky: [], blocked: [] },
  summary: summarize(rules),
  capabilities: {
    mount: { offered: true, evidence: 'POST /v2/dockside/a/blobs/uploads/ answered 201' },
    'mount-anonymous': { offered: false, evidence: hostile },
  },
  rules,
};
