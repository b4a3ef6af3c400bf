import type { Rule } from './rule.ts';
import { practice, rfc } from './sources.ts';

const idempotent = rfc(9110, '9.2.2');
const safe = rfc(9110, '9.2.1');
const clientError = rfc(9110, '15.5');
const created = rfc(9110, '15.3.2');
const keppel = practice('sapcc/keppel');
const gitea = practice('go-gitea/gitea');
const distribution = practice('distribution/distribution');

export const consistencyRules = {
  'refused.blob': {
    level: 'defacto',
    since: '1.0',
    ...keppel,
    title: 'A refused blob can be found neither under its true nor under its claimed digest',
    needs: ['push'],
  },
  'refused.chunk': {
    level: 'defacto',
    since: '1.0',
    ...clientError,
    title: 'A refused chunk leaves the upload open and where it was',
    needs: ['chunked', 'upload-status'],
  },
  'refused.manifest.tag': {
    level: 'defacto',
    since: '1.0',
    ...keppel,
    title: 'A refused manifest leaves its tag where it was',
    needs: ['push'],
  },
  'refused.manifest.digest': {
    level: 'defacto',
    since: '1.0',
    ...keppel,
    title: 'A refused manifest cannot be pulled by digest',
    needs: ['push'],
  },
  'refused.manifest.tag-list': {
    level: 'defacto',
    since: '1.0',
    ...keppel,
    title: 'A refused manifest leaves the tag list as it was',
    needs: ['tag-list'],
  },
  'refused.manifest.catalog': {
    level: 'defacto',
    since: '1.0',
    ...keppel,
    title: 'A refused manifest adds no repository to the catalog',
    needs: ['catalog'],
  },
  'refused.manifest.referrers': {
    level: 'defacto',
    since: '1.0',
    ...keppel,
    title: 'A refused manifest adds no referrer',
    needs: ['referrers'],
  },
  'refused.delete': {
    level: 'defacto',
    since: '1.0',
    ...distribution,
    title: 'A refused deletion leaves everything as it was',
    needs: ['push'],
  },
  'refused.delete-disabled': {
    level: 'defacto',
    since: '1.0',
    ...distribution,
    title: 'A deletion refused as disabled leaves the manifest and its tag',
    needs: ['manifest-delete-disabled'],
  },
  'refused.unauthorized': {
    level: 'security',
    since: '1.0',
    ...clientError,
    title: 'A write that was refused for want of rights changes nothing',
    needs: ['credentials'],
  },
  'repeated.blob': {
    level: 'defacto',
    since: '1.0',
    ...safe,
    title: 'A blob read twice is the same with the same headers',
  },
  'repeated.manifest': {
    level: 'defacto',
    since: '1.0',
    ...safe,
    title: 'A manifest read twice is the same with the same headers',
  },
  'repeated.tag-list': {
    level: 'defacto',
    since: '1.0',
    ...safe,
    title: 'A tag list read twice is the same',
    needs: ['tag-list'],
  },
  'repeated.referrers': {
    level: 'defacto',
    since: '1.0',
    ...safe,
    title: 'A list of referrers read twice is the same',
    needs: ['referrers'],
  },
  'repeated.catalog': {
    level: 'defacto',
    since: '1.0',
    ...safe,
    title: 'The catalog read twice holds the same repositories of this run',
    needs: ['catalog'],
  },
  'repeated.missing': {
    level: 'defacto',
    since: '1.0',
    ...safe,
    title: 'What is missing is missing the second time',
  },
  'repeated.blob-push': {
    level: 'defacto',
    since: '1.0',
    ...idempotent,
    title: 'A blob may be pushed twice',
    needs: ['push'],
  },
  'repeated.manifest-push': {
    level: 'defacto',
    since: '1.0',
    ...idempotent,
    title: 'A manifest pushed twice is answered the same and changes nothing',
    needs: ['push'],
  },
  'repeated.mount': {
    level: 'defacto',
    since: '1.0',
    ...idempotent,
    title: 'A blob may be mounted twice',
    needs: ['mount'],
  },
  'parallel.blob': {
    level: 'defacto',
    since: '1.0',
    ...gitea,
    title: 'The same blob pushed several times at once succeeds every time',
    needs: ['push'],
  },
  'parallel.manifest': {
    level: 'defacto',
    since: '1.0',
    ...gitea,
    title: 'The same manifest pushed several times at once succeeds every time',
    needs: ['push'],
  },
  'parallel.tag': {
    level: 'defacto',
    since: '1.0',
    ...gitea,
    title: 'Of manifests pushed to one tag at once, the tag leads to one of them whole',
    needs: ['push'],
  },
  'parallel.uploads': {
    level: 'defacto',
    since: '1.0',
    ...gitea,
    title: 'Uploads that run side by side do not disturb each other',
    needs: ['push'],
  },
  'fresh.manifest': {
    level: 'defacto',
    since: '1.0',
    ...created,
    title: 'A tag that was read before it moved leads to the new manifest at once',
    needs: ['push'],
  },
  'fresh.tag-list': {
    level: 'defacto',
    since: '1.0',
    ...created,
    title: 'A tag list that was read before a push names the new tag at once',
    needs: ['tag-list'],
  },
  'fresh.referrers': {
    level: 'defacto',
    since: '1.0',
    ...created,
    title: 'A list of referrers that was read before a push names the new referrer at once',
    needs: ['referrers'],
  },
  'fresh.missing': {
    level: 'defacto',
    since: '1.0',
    ...created,
    title: 'Content that was missing before its push is found at once after it',
    needs: ['push'],
  },
} as const satisfies Record<string, Rule>;
