import type { Rule } from './rule.ts';
import { practice, rfc } from './sources.ts';

const idempotent = rfc(9110, '9.2.2');
const safe = rfc(9110, '9.2.1');
const conditions = rfc(9110, '13.1');
const clientError = rfc(9110, '15.5');
const created = rfc(9110, '15.3.2');
const keppel = practice('sapcc/keppel');
const gitea = practice('go-gitea/gitea');
const distribution = practice('distribution/distribution');

export const consistencyRules = {
  'refused.blob': {
    level: 'defacto',
    ...keppel,
    title: 'A refused blob can be found neither under its true nor under its claimed digest',
    needs: ['push'],
  },
  'refused.chunk': {
    level: 'defacto',
    ...clientError,
    title: 'A refused chunk leaves the upload open and where it was',
    needs: ['chunked', 'upload-status'],
  },
  'refused.manifest.tag': {
    level: 'defacto',
    ...keppel,
    title: 'A refused manifest leaves its tag where it was',
    needs: ['push'],
  },
  'refused.manifest.digest': {
    level: 'defacto',
    ...keppel,
    title: 'A refused manifest cannot be pulled by digest',
    needs: ['push'],
  },
  'refused.manifest.tag-list': {
    level: 'defacto',
    ...keppel,
    title: 'A refused manifest leaves the tag list as it was',
    needs: ['tag-list'],
  },
  'refused.manifest.catalog': {
    level: 'defacto',
    ...keppel,
    title: 'A refused manifest adds no repository to the catalog',
    needs: ['catalog'],
  },
  'refused.manifest.referrers': {
    level: 'defacto',
    ...keppel,
    title: 'A refused manifest adds no referrer',
    needs: ['referrers'],
  },
  'refused.delete': {
    level: 'defacto',
    ...distribution,
    title: 'A refused deletion leaves everything as it was',
    needs: ['push'],
  },
  'refused.delete-disabled': {
    level: 'defacto',
    ...distribution,
    title: 'A deletion refused as disabled leaves the manifest and its tag',
    needs: ['manifest-delete-disabled'],
  },
  'refused.unauthorized': {
    level: 'security',
    ...clientError,
    title: 'A write that was refused for want of rights changes nothing',
    needs: ['credentials'],
  },
  'refused.condition': {
    level: 'must',
    ...conditions,
    title: 'A push that a condition refuses does not move the tag',
    needs: ['conditional-push', 'tag-move'],
  },
  'repeated.blob': {
    level: 'defacto',
    ...safe,
    title: 'A blob read twice is the same with the same headers',
  },
  'repeated.manifest': {
    level: 'defacto',
    ...safe,
    title: 'A manifest read twice is the same with the same headers',
  },
  'repeated.tag-list': {
    level: 'defacto',
    ...safe,
    title: 'A tag list read twice is the same',
    needs: ['tag-list'],
  },
  'repeated.referrers': {
    level: 'defacto',
    ...safe,
    title: 'A list of referrers read twice is the same',
    needs: ['referrers'],
  },
  'repeated.catalog': {
    level: 'defacto',
    ...safe,
    title: 'The catalog read twice holds the same repositories of this run',
    needs: ['catalog'],
  },
  'repeated.missing': {
    level: 'defacto',
    ...safe,
    title: 'What is missing is missing the second time',
  },
  'repeated.blob-push': {
    level: 'defacto',
    ...idempotent,
    title: 'A blob may be pushed twice',
    needs: ['push'],
  },
  'repeated.manifest-push': {
    level: 'defacto',
    ...idempotent,
    title: 'A manifest pushed twice is answered the same and changes nothing',
    needs: ['push'],
  },
  'repeated.mount': {
    level: 'defacto',
    ...idempotent,
    title: 'A blob may be mounted twice',
    needs: ['mount'],
  },
  'parallel.blob': {
    level: 'defacto',
    ...gitea,
    title: 'The same blob pushed several times at once succeeds every time',
    needs: ['push'],
  },
  'parallel.manifest': {
    level: 'defacto',
    ...gitea,
    title: 'The same manifest pushed several times at once succeeds every time',
    needs: ['push'],
  },
  'parallel.tag': {
    level: 'defacto',
    ...gitea,
    title: 'Of manifests pushed to one tag at once, the tag leads to one of them whole',
    needs: ['push'],
  },
  'parallel.uploads': {
    level: 'defacto',
    ...gitea,
    title: 'Uploads that run side by side do not disturb each other',
    needs: ['push'],
  },
  'parallel.stalled': {
    level: 'defacto',
    ...practice('google/go-containerregistry'),
    title: 'A request that stalls on its way stops nobody else',
    needs: ['push'],
  },
  'parallel.tag.order': {
    level: 'defacto',
    ...created,
    title: 'Pushes and pulls of one tag at once are as they would be in some order, one by one',
    needs: ['push'],
  },
  'parallel.tags': {
    level: 'defacto',
    ...created,
    title: 'Of tags pushed at once to one repository each is listed',
    needs: ['tag-list'],
  },
  'parallel.referrers': {
    level: 'defacto',
    ...created,
    title: 'A referrer is listed once its push was answered, however many are pushed at once',
    needs: ['referrers'],
  },
  'parallel.blob-deleted': {
    level: 'defacto',
    ...created,
    title: 'A blob that is pulled while it is deleted comes whole or not at all',
    needs: ['blob-delete'],
  },
  'fresh.manifest': {
    level: 'defacto',
    ...created,
    title: 'A tag that was read before it moved leads to the new manifest at once',
    needs: ['push'],
  },
  'fresh.tag-list': {
    level: 'defacto',
    ...created,
    title: 'A tag list that was read before a push names the new tag at once',
    needs: ['tag-list'],
  },
  'fresh.referrers': {
    level: 'defacto',
    ...created,
    title: 'A list of referrers that was read before a push names the new referrer at once',
    needs: ['referrers'],
  },
  'fresh.deletion': {
    level: 'defacto',
    ...practice('distribution/distribution'),
    title: 'A manifest that was read before its deletion is gone at once after it',
    needs: ['manifest-delete'],
  },
  'fresh.missing': {
    level: 'defacto',
    ...created,
    title: 'Content that was missing before its push is found at once after it',
    needs: ['push'],
  },
} as const satisfies Record<string, Rule>;
