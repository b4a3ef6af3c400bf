import type { Rule, Source } from './rule.ts';
import { imageSpec, practice, rfc, spec } from './sources.ts';

/** Of the API that came with 1.1. */
const of = (source: Source) => ({ ...source, since: '1.1', needs: ['referrers'] }) as const;

const listing = of(spec('Listing Referrers'));
const enabling = of(spec('Enabling the Referrers API'));
const pushing = of(spec('Pushing Manifests with Subject'));
const olareg = of(practice('olareg/olareg'));
const official = of(practice('opencontainers/distribution-spec'));
const zot = of(practice('project-zot/zot'));
const link = of(rfc(8288, '3'));
const indexFields = of(imageSpec('image-index', 'Image Index Property Descriptions'));

export const referrersRules = {
  'referrers.status': {
    level: 'must',
    ...listing,
    title: 'The referrers of a manifest are answered with 200',
  },
  'referrers.not-found': {
    level: 'must',
    ...listing,
    title: 'The referrers of a digest that the registry never saw are not answered with 404',
  },
  'referrers.malformed-digest': {
    level: 'must',
    ...listing,
    title: 'The referrers of a malformed digest are refused with 400',
  },
  'referrers.index': {
    level: 'must',
    ...listing,
    title: 'The list of referrers is an image index',
  },
  'referrers.media-type': {
    level: 'should',
    ...indexFields,
    title: 'A list of referrers states its mediaType',
  },
  'referrers.unknown-repository': {
    level: 'defacto',
    ...zot,
    title: 'The referrers in an unknown repository are an empty list',
  },
  'referrers.content-type': {
    level: 'must',
    ...listing,
    title: 'The list of referrers is sent with the media type of an OCI index',
  },
  'referrers.content-type-parameters': {
    level: 'defacto',
    ...official,
    title: 'The Content-Type of a list of referrers carries no parameters',
  },
  'referrers.subject': {
    level: 'must',
    ...listing,
    title: 'Only manifests with that subject are listed',
  },
  'referrers.repository': {
    level: 'must',
    ...listing,
    title: 'Only manifests of that repository are listed',
  },
  'referrers.artifact-type': {
    level: 'must',
    ...listing,
    title: 'A referrer is listed with its artifactType',
  },
  'referrers.config-type': {
    level: 'must',
    ...listing,
    title: 'An image manifest without artifactType is listed with the media type of its config',
  },
  'referrers.index-no-type': {
    level: 'must',
    ...listing,
    title: 'An index without artifactType is listed without one',
  },
  'referrers.annotations': {
    level: 'must',
    ...listing,
    title: 'A referrer is listed with its annotations',
  },
  'referrers.descriptor': {
    level: 'must',
    ...of(imageSpec('descriptor', 'Properties')),
    title: 'A referrer is listed with its own digest, size and media type',
  },
  'referrers.empty': {
    level: 'must',
    ...listing,
    title: 'Without referrers the list is an empty array',
  },
  'referrers.listed': {
    level: 'must',
    ...enabling,
    title: 'Every newly pushed image manifest with a subject is listed',
  },
  'referrers.relisted': {
    level: 'must',
    ...enabling,
    title: 'A manifest with a subject that was deleted and is pushed again is listed again',
    needs: ['referrers', 'manifest-delete'],
  },
  'referrers.sha512': {
    level: 'must',
    ...enabling,
    title: 'A manifest whose subject is named by a sha512 digest is listed under it',
    needs: ['referrers', 'sha512'],
  },
  'referrers.index-listed': {
    level: 'must',
    ...listing,
    title: 'An index with a subject is listed',
  },
  'referrers.late-subject': {
    level: 'defacto',
    ...pushing,
    title: 'A referrer pushed before its subject is listed',
  },
  'referrers.duplicate': {
    level: 'defacto',
    ...pushing,
    title: 'A referrer pushed twice is listed once',
  },
  'referrers.deleted': {
    level: 'defacto',
    ...zot,
    title: 'A deleted referrer is no longer listed',
    needs: ['referrers', 'manifest-delete'],
  },
  'referrers.subject-deleted': {
    level: 'defacto',
    ...listing,
    title: 'The referrers of a deleted subject that were left there are still listed',
    needs: ['referrers', 'manifest-delete'],
  },
  'referrers.link': {
    level: 'must',
    ...listing,
    title: 'A list of referrers that is cut leads on by a Link',
    needs: ['referrers', 'referrers-paging'],
  },
  'referrers.link-format': {
    level: 'must',
    ...listing,
    title: 'A Link in a list of referrers is a web link with the relation next',
    needs: ['referrers', 'referrers-paging'],
  },
  'referrers.link-origin': {
    level: 'defacto',
    ...link,
    title: 'The Link of a list of referrers stays on the host that was asked',
    needs: ['referrers', 'referrers-paging'],
  },
  'referrers.pages': {
    level: 'defacto',
    ...olareg,
    title: 'The pages of a list of referrers joined are the whole list with nothing twice',
    needs: ['referrers', 'referrers-paging'],
  },
  'referrers.pages-changed': {
    level: 'defacto',
    ...olareg,
    title: 'Referrers that stay are all met once when others come between the pages',
    needs: ['referrers', 'referrers-paging'],
  },
  'referrers.filter': {
    level: 'should',
    ...listing,
    title: 'The list of referrers can be filtered by artifactType',
  },
  'referrers.filter-header': {
    level: 'must',
    ...listing,
    title: 'A filter that was applied is named in OCI-Filters-Applied',
  },
  'referrers.filter-matches': {
    level: 'must',
    ...listing,
    title: 'A list of referrers that says it is filtered holds only what matches',
    needs: ['referrers', 'referrers-filter'],
  },
  'referrers.filter-complete': {
    level: 'defacto',
    ...listing,
    title: 'A filtered list of referrers holds all that matches',
    needs: ['referrers', 'referrers-filter'],
  },
  'referrers.filter-several': {
    level: 'must',
    ...listing,
    title: 'Several applied filters are named with commas between them',
    needs: ['referrers', 'referrers-multi-filter'],
  },
  'referrers.filter-repeated': {
    level: 'defacto',
    ...olareg,
    title: 'A filtered list asked for twice says both times that it is filtered',
    needs: ['referrers', 'referrers-filter'],
  },
  'referrers.filter-unasked': {
    level: 'defacto',
    ...olareg,
    title: 'A list asked for without a filter does not say that it is filtered',
  },
  'referrers.upgrade-listed': {
    level: 'must',
    ...enabling,
    title: 'Manifests named by an older fallback tag are listed once the API is on',
    needs: ['referrers', 'referrers-upgrade'],
  },
  'referrers.upgrade-all': {
    level: 'may',
    ...enabling,
    title: 'Manifests pushed before the API was on are, when listed, listed like new ones',
    needs: ['referrers', 'referrers-upgrade'],
  },
} as const satisfies Record<string, Rule>;
