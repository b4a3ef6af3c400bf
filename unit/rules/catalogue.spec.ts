import { expect, test } from '@playwright/test';
import { catalogue, isRuleId, rule, ruleIds, rulesAt } from '../../lib/rules/catalogue.ts';
import { capabilities, isUpTo, levels, specVersions, type SpecVersion } from '../../lib/rules/rule.ts';
import { authRules } from '../../lib/rules/auth.ts';
import { blobsRules } from '../../lib/rules/blobs.ts';
import { catalogRules } from '../../lib/rules/catalog.ts';
import { consistencyRules } from '../../lib/rules/consistency.ts';
import { deletionRules } from '../../lib/rules/deletion.ts';
import { dockerRules } from '../../lib/rules/docker.ts';
import { errorsRules } from '../../lib/rules/errors.ts';
import { generalRules } from '../../lib/rules/general.ts';
import { httpRules } from '../../lib/rules/http.ts';
import { manifestsRules } from '../../lib/rules/manifests.ts';
import { mountsRules } from '../../lib/rules/mounts.ts';
import { namesRules } from '../../lib/rules/names.ts';
import { referrersRules } from '../../lib/rules/referrers.ts';
import { securityRules } from '../../lib/rules/security.ts';
import { tagsRules } from '../../lib/rules/tags.ts';
import { uploadsRules } from '../../lib/rules/uploads.ts';

const rules = ruleIds.map(rule);
const areas = [
  authRules,
  blobsRules,
  catalogRules,
  consistencyRules,
  deletionRules,
  dockerRules,
  errorsRules,
  generalRules,
  httpRules,
  manifestsRules,
  mountsRules,
  namesRules,
  referrersRules,
  securityRules,
  tagsRules,
  uploadsRules,
];

const idsAt = (version: SpecVersion) => rulesAt(version).map(({ id }) => id);

test('an id is a dotted path of lower-case words', () => {
  const misshapen = ruleIds.filter(
    (id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/.test(id),
  );

  expect(misshapen).toEqual([]);
});

test('no two areas define the same id', () => {
  const ids = areas.flatMap((area) => Object.keys(area));

  expect(ids.toSorted()).toEqual(ruleIds.toSorted());
});

test('no title occurs twice', () => {
  const titles = rules.map(({ title }) => title.toLowerCase());

  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('a title is one sentence without a period at its end', () => {
  const untidy = rules
    .map(({ title }) => title)
    .filter((title) => !/^[A-Za-z].*[^.\s]$/.test(title) || title.includes('. '));

  expect(untidy).toEqual([]);
});

test('a source has a name and an https address with an anchor, or names a project or a weakness', () => {
  const bare = rules.filter(({ source, url }) => {
    const { protocol, hash, hostname, pathname } = new URL(url);
    const whole = /^(nvd\.nist\.gov|cwe\.mitre\.org)$/.test(hostname) || /^\/[^/]+\/[^/]+$/.test(pathname);
    return source === '' || protocol !== 'https:' || (hash.length < 2 && !whole);
  });

  expect(bare).toEqual([]);
});

test('a former level differs from the present one, and the rule existed then or before the change', () => {
  const odd = rules.filter(
    ({ level, since, formerly }) =>
      formerly !== undefined &&
      (formerly.level === level || formerly.upTo === 'main' || !isUpTo(since, formerly.upTo)),
  );

  expect(odd).toEqual([]);
});

test('levels, versions and capabilities are known ones', () => {
  const unknown = rules.filter(
    ({ level, since, needs = [] }) =>
      !levels.includes(level) ||
      !specVersions.includes(since) ||
      needs.some((need) => !capabilities.includes(need)) ||
      new Set(needs).size !== needs.length,
  );

  expect(unknown).toEqual([]);
});

test('every capability is needed by a rule', () => {
  const needed = new Set(rules.flatMap(({ needs = [] }) => needs));

  expect(capabilities.filter((capability) => !needed.has(capability))).toEqual([]);
});

test('a rule of Docker, of an RFC or of the token documents has always held', () => {
  const late = rules.filter(
    ({ source, since }) =>
      /^(RFC|Docker|distribution )/.test(source) && !source.startsWith('RFC 8288') && since !== '1.0',
  );

  expect(late).toEqual([]);
});

test('a rule carries its id', () => {
  expect(rule('upload.patch.range')).toMatchObject({
    id: 'upload.patch.range',
    ...catalogue['upload.patch.range'],
  });
});

test('the rules of a version leave out the later ones', () => {
  expect(idsAt('1.0')).toContain('blob.get.status');
  expect(idsAt('1.0')).not.toContain('referrers.status');
  expect(idsAt('1.1')).toContain('referrers.status');
  expect(idsAt('1.1')).not.toContain('tag-param.header');
  expect(idsAt('main')).toEqual(ruleIds);
});

test('only an id of the catalogue is one', () => {
  expect(['ping.status', 'ping', 'ping.staus', 'toString'].map(isRuleId)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
