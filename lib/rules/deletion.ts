import type { Rule } from './rule.ts';
import { practice, spec } from './sources.ts';

const management = spec('Content Management');
const tags = spec('Deleting tags');
const manifests = spec('Deleting Manifests');
const blobs = spec('Deleting Blobs');
const endpoints = spec('Endpoints');
const distribution = practice('distribution/distribution');
const zot = practice('project-zot/zot');
const keppel = practice('sapcc/keppel');

export const deletionRules = {
  'delete.offered': {
    level: 'may',
    ...management,
    title: 'A deletion is carried out with 202 or refused as disabled',
  },
  'delete.tag.status': {
    level: 'must',
    ...tags,
    title: 'A deleted tag is answered with 202',
    needs: ['tag-delete'],
  },
  'delete.tag.disabled': {
    level: 'must',
    ...tags,
    title: 'Where tags cannot be deleted the answer is 400 or 405',
    needs: ['tag-delete-disabled'],
  },
  'delete.tag.gone': {
    level: 'must',
    since: '1.1',
    ...tags,
    title: 'GET on a deleted tag is answered with 404',
    needs: ['tag-delete'],
  },
  'delete.tag.unlisted': {
    level: 'defacto',
    ...tags,
    title: 'A deleted tag leaves the tag list',
    needs: ['tag-delete', 'tag-list'],
  },
  'delete.tag.manifest-stays': {
    level: 'defacto',
    ...distribution,
    title: 'The manifest of a deleted tag can still be pulled by digest',
    needs: ['tag-delete'],
  },
  'delete.tag.others-stay': {
    level: 'defacto',
    ...zot,
    title: 'Other tags of the same manifest outlive a deleted tag, also those that begin with it',
    needs: ['tag-delete'],
  },
  'delete.tag.missing': {
    level: 'should',
    ...endpoints,
    title: 'Deleting an unknown tag is answered with 404',
    needs: ['tag-delete'],
  },
  'delete.manifest.status': {
    level: 'must',
    ...manifests,
    title: 'A deleted manifest is answered with 202',
    needs: ['manifest-delete'],
  },
  'delete.manifest.unknown-repository': {
    level: 'must',
    ...manifests,
    title: 'Deleting a manifest of an unknown repository is answered with 404',
    needs: ['manifest-delete'],
  },
  'delete.manifest.disabled': {
    level: 'must',
    since: '1.1',
    ...manifests,
    title: 'Where manifests cannot be deleted the answer is 400 or 405',
    needs: ['manifest-delete-disabled'],
  },
  'delete.manifest.gone': {
    level: 'must',
    since: '1.1',
    ...manifests,
    title: 'GET on the digest of a deleted manifest is answered with 404',
    needs: ['manifest-delete'],
  },
  'delete.manifest.tags-gone': {
    level: 'must',
    since: '1.1',
    ...manifests,
    title: 'GET on any tag of a deleted manifest is answered with 404',
    needs: ['manifest-delete'],
  },
  'delete.manifest.tags-unlisted': {
    level: 'defacto',
    ...manifests,
    title: 'The tags of a deleted manifest leave the tag list',
    needs: ['manifest-delete', 'tag-list'],
  },
  'delete.manifest.blob': {
    level: 'must',
    ...spec('Deleting Manifests'),
    title: 'The digest of a blob deletes no manifest, and no blob either',
    needs: ['manifest-delete'],
  },
  'delete.manifest.missing': {
    level: 'should',
    ...endpoints,
    title: 'Deleting an unknown manifest is answered with 404',
    needs: ['manifest-delete'],
  },
  'delete.manifest.children-stay': {
    level: 'defacto',
    ...distribution,
    title: 'The manifests of a deleted index can still be pulled',
    needs: ['manifest-delete'],
  },
  'delete.manifest.indexes-stay': {
    level: 'defacto',
    ...distribution,
    title: 'An index can still be pulled after a manifest of it was deleted',
    needs: ['manifest-delete'],
  },
  'delete.manifest.other-repository': {
    level: 'defacto',
    ...keppel,
    title: 'A manifest deleted in one repository stays in another that pushed it',
    needs: ['manifest-delete'],
  },
  'delete.manifest.others-stay': {
    level: 'defacto',
    ...distribution,
    title: 'Manifests that share blobs with a deleted one can still be pulled whole',
    needs: ['manifest-delete'],
  },
  'delete.manifest.repush': {
    level: 'defacto',
    ...distribution,
    title: 'A deleted manifest that is pushed again can be pulled again',
    needs: ['manifest-delete'],
  },
  'delete.manifest.malformed': {
    level: 'defacto',
    ...endpoints,
    title: 'Deleting by a malformed digest is answered with 400, 404 or 405',
    needs: ['manifest-delete'],
  },
  'delete.blob.status': {
    level: 'must',
    ...blobs,
    title: 'A deleted blob is answered with 202',
    needs: ['blob-delete'],
  },
  'delete.blob.missing': {
    level: 'must',
    ...blobs,
    title: 'Deleting an unknown blob is answered with 404',
    needs: ['blob-delete'],
  },
  'delete.blob.disabled': {
    level: 'must',
    since: '1.1',
    ...blobs,
    title: 'Where blobs cannot be deleted the answer is 400 or 405',
    needs: ['blob-delete-disabled'],
  },
  'delete.blob.gone': {
    level: 'defacto',
    ...blobs,
    title: 'GET on a deleted blob is answered with 404',
    needs: ['blob-delete'],
  },
  'delete.blob.repush': {
    level: 'defacto',
    ...distribution,
    title: 'A deleted blob that is pushed again can be pulled again',
    needs: ['blob-delete'],
  },
  'delete.blob.other-repository': {
    level: 'defacto',
    ...keppel,
    title: 'A blob deleted in one repository stays in another that pushed it',
    needs: ['blob-delete'],
  },
} as const satisfies Record<string, Rule>;
