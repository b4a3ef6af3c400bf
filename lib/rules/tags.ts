import type { Rule } from './rule.ts';
import { practice, rfc, spec } from './sources.ts';

const listing = spec('Listing Tags');
const endpoints = spec('Endpoints');
const link = rfc(8288, '3');
const uri = rfc(9110, '8.3');
const accept = rfc(9110, '12.5.1');
const distribution = practice('distribution/distribution');
const zot = practice('project-zot/zot');
const quay = practice('quay/quay');

export const tagsRules = {
  'tag.list.status': {
    level: 'must',
    ...listing,
    title: 'The tag list of a repository is answered with 200',
    needs: ['tag-list'],
  },
  'tag.list.json': {
    level: 'must',
    ...listing,
    title: 'A tag list is a JSON object',
    needs: ['tag-list'],
  },
  'tag.list.name': {
    level: 'must',
    ...listing,
    title: 'A tag list names its repository',
    needs: ['tag-list'],
  },
  'tag.list.array': {
    level: 'must',
    ...listing,
    title: 'The tags of a tag list are an array of strings, even when there are none',
    needs: ['tag-list'],
  },
  'tag.list.content-type': {
    level: 'defacto',
    ...uri,
    title: 'A tag list is sent as application/json',
    needs: ['tag-list'],
  },
  'tag.list.accept-json': {
    level: 'defacto',
    ...accept,
    title: 'A client that accepts application/json alone is sent a tag list',
    needs: ['tag-list'],
  },
  'tag.list.complete': {
    level: 'defacto',
    ...listing,
    title: 'A tag list holds every tag of the repository and no other',
    needs: ['tag-list'],
  },
  'tag.list.sorted': {
    level: 'must',
    ...listing,
    title: 'A tag list is in lexical or in ASCII order',
    needs: ['tag-list'],
  },
  'tag.list.unknown-repository': {
    level: 'should',
    ...endpoints,
    title: 'The tag list of an unknown repository is answered with 404',
    needs: ['tag-list'],
  },
  'tag.list.n': {
    level: 'must',
    ...listing,
    title: 'With n a tag list has n entries, unless fewer exist or a Link leads on',
    needs: ['tag-list'],
  },
  'tag.list.n-first': {
    level: 'must',
    ...listing,
    title: 'With n and without last a tag list starts at its beginning',
    needs: ['tag-list'],
  },
  'tag.list.n-zero': {
    level: 'must',
    ...listing,
    title: 'With n=0 a tag list is empty',
    needs: ['tag-list'],
  },
  'tag.list.n-zero-link': {
    level: 'must',
    ...listing,
    title: 'With n=0 no Link leads on',
    needs: ['tag-list'],
  },
  'tag.list.n-negative': {
    level: 'defacto',
    ...distribution,
    title: 'A negative n is refused with a 4xx or answered with the start of the list',
    needs: ['tag-list'],
  },
  'tag.list.n-text': {
    level: 'defacto',
    ...distribution,
    title: 'An n that is no number is refused with a 4xx or answered with the start of the list',
    needs: ['tag-list'],
  },
  'tag.list.n-huge': {
    level: 'defacto',
    ...distribution,
    title: 'An n beyond any list or integer is refused with a 4xx or answered with the start of the list',
    needs: ['tag-list'],
  },
  'tag.list.last': {
    level: 'must',
    ...listing,
    title: 'With last a tag list starts right after that tag',
    needs: ['tag-list'],
  },
  'tag.list.last-only': {
    level: 'must',
    ...listing,
    title: 'last works without n',
    needs: ['tag-list'],
  },
  'tag.list.last-absent': {
    level: 'defacto',
    ...zot,
    title: 'With a last that is no tag the list starts where that tag would end',
    needs: ['tag-list'],
  },
  'tag.list.last-final': {
    level: 'defacto',
    ...distribution,
    title: 'Past its final tag a tag list is empty',
    needs: ['tag-list'],
  },
  'tag.list.link': {
    level: 'may',
    since: '1.1',
    ...listing,
    title: 'A Link in a tag list leads to the tags that follow',
    needs: ['tag-list'],
  },
  'tag.list.link-format': {
    level: 'must',
    since: '1.1',
    ...listing,
    title: 'A Link in a tag list is a web link with the relation next',
    needs: ['tag-list'],
  },
  'tag.list.link-end': {
    level: 'defacto',
    since: '1.1',
    ...listing,
    title: 'The final page of a tag list has no Link',
    needs: ['tag-list'],
  },
  'tag.list.link-origin': {
    level: 'defacto',
    ...link,
    title: 'The Link of a tag list stays on the host that was asked',
    needs: ['tag-list'],
  },
  'tag.list.pages': {
    level: 'defacto',
    ...quay,
    title: 'The pages of a tag list joined are the whole list with nothing twice',
    needs: ['tag-list'],
  },
  'tag.list.pages-end': {
    level: 'defacto',
    ...zot,
    title: 'Following a tag list page by page comes to an end',
    needs: ['tag-list'],
  },
  'tag.list.pages-changed': {
    level: 'defacto',
    ...zot,
    title: 'Tags that stay are all met once when others come and go between the pages',
    needs: ['tag-list'],
  },
} as const satisfies Record<string, Rule>;
