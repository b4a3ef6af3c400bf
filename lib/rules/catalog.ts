import type { Rule } from './rule.ts';
import { docker, practice, rfc } from './sources.ts';

const listing = docker('Listing Repositories');
const pagination = docker('Pagination');
const link = rfc(8288, '3');
const type = rfc(9110, '8.3');
const distribution = practice('distribution/distribution');

export const catalogRules = {
  'catalog.status': {
    level: 'defacto',
    ...listing,
    title: 'The catalog is answered with 200',
    needs: ['catalog'],
  },
  'catalog.json': {
    level: 'defacto',
    ...listing,
    title: 'The catalog is a JSON object with an array of repositories, even when there are none',
    needs: ['catalog'],
  },
  'catalog.content-type': {
    level: 'defacto',
    ...type,
    title: 'The catalog is sent as application/json',
    needs: ['catalog'],
  },
  'catalog.complete': {
    level: 'defacto',
    ...listing,
    title: 'A repository that holds a manifest is in the catalog',
    needs: ['catalog'],
  },
  'catalog.prefix': {
    level: 'defacto',
    ...distribution,
    title: "A repository whose name begins another repository's name is in the catalog as well",
    needs: ['catalog'],
  },
  'catalog.sorted': {
    level: 'defacto',
    ...distribution,
    title: 'The catalog is sorted',
    needs: ['catalog'],
  },
  'catalog.n': {
    level: 'defacto',
    ...pagination,
    title: 'With n the catalog has at most n entries',
    needs: ['catalog'],
  },
  'catalog.n-zero': {
    level: 'defacto',
    ...distribution,
    title: 'With n=0 the catalog is empty or the request is refused with a 4xx',
    needs: ['catalog'],
  },
  'catalog.n-negative': {
    level: 'defacto',
    ...distribution,
    title: 'A negative n on the catalog is refused with a 4xx or answered with repositories',
    needs: ['catalog'],
  },
  'catalog.n-text': {
    level: 'defacto',
    ...distribution,
    title: 'An n on the catalog that is no number is refused with a 4xx or answered with repositories',
    needs: ['catalog'],
  },
  'catalog.n-huge': {
    level: 'defacto',
    ...distribution,
    title:
      'An n on the catalog beyond any list or integer is refused with a 4xx or answered with repositories',
    needs: ['catalog'],
  },
  'catalog.last': {
    level: 'defacto',
    ...pagination,
    title: 'With last the catalog starts right after that repository',
    needs: ['catalog'],
  },
  'catalog.last-absent': {
    level: 'defacto',
    ...pagination,
    title: 'With a last that is no repository the catalog starts where that name would end',
    needs: ['catalog'],
  },
  'catalog.last-final': {
    level: 'defacto',
    ...distribution,
    title: 'Past its final repository the catalog is empty',
    needs: ['catalog'],
  },
  'catalog.link': {
    level: 'defacto',
    ...pagination,
    title: 'A catalog that is cut leads on by a Link',
    needs: ['catalog'],
  },
  'catalog.link-format': {
    level: 'defacto',
    ...pagination,
    title: 'The Link of the catalog is a web link with the relation next',
    needs: ['catalog'],
  },
  'catalog.link-end': {
    level: 'defacto',
    ...pagination,
    title: 'The final page of the catalog has no Link',
    needs: ['catalog'],
  },
  'catalog.link-origin': {
    level: 'defacto',
    ...link,
    title: 'The Link of the catalog stays on the host that was asked',
    needs: ['catalog'],
  },
  'catalog.pages': {
    level: 'defacto',
    ...pagination,
    title: 'The pages of the catalog joined are the whole catalog with nothing twice',
    needs: ['catalog'],
  },
  'catalog.pages-end': {
    level: 'defacto',
    ...pagination,
    title: 'Following the catalog page by page comes to an end',
    needs: ['catalog'],
  },
  'catalog.place': {
    level: 'defacto',
    ...pagination,
    title: 'Under the name of a repository there is no catalog',
    needs: ['catalog'],
  },
  'catalog.hidden-complete': {
    level: 'defacto',
    ...pagination,
    title: 'What a user may not see takes nothing else from the pages of the catalog',
    needs: ['other-namespace', 'private', 'catalog'],
  },
  'catalog.pages-changed': {
    level: 'defacto',
    ...pagination,
    title: 'Repositories that stay are all met once when others come between the pages',
    needs: ['catalog'],
  },
} as const satisfies Record<string, Rule>;
