import type { RuleId } from '../../lib/rules/catalogue.ts';
import type { Capability, Source } from '../../lib/rules/rule.ts';
import type { Wire } from '../faults/wire.ts';
import type { RegistryOptions } from '../registry/registry.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { AuthMode } from '../../lib/types.ts';

/** One unusual way of a registry, and the text that allows it. */
export type Variant = Source & {
  /** What it does, as a statement about the registry. */
  title: string;
  /** The words of the source that allow it; where it says nothing, what it leaves open. */
  allows: string;
  /** The registries that do it; undefined where none is known. */
  seen?: string;
  /** What it does not offer: rules that need it are not tried. Beside capabilities, what tests look for themselves. */
  takes?: readonly (
    | Capability
    | 'JWT'
    | 'challenge-scope'
    | 'error-code'
    | 'name-token'
    | '401'
    | '403'
    | 'upload-name'
    | 'other-namespace'
    | 'own-uploads'
    | 'own-blobs'
    | 'token-scopes'
  )[];
  /** The rules below must and security that it breaks. */
  habits?: readonly RuleId[];
  /** The modes in which it differs; all, where it does not say. */
  auth?: readonly AuthMode[];
  /** Its ping shows no way in, so that a run is told: REGISTRY_AUTH. */
  hidesWayIn?: true;
  /** Where its tokens come from, if that is not the origin of the registry. */
  realm?: 'elsewhere';
  /** What it changes: those that change the same never stand together. */
  touches: readonly Touch[];
} & Change;

/** On the wire, in the embedded registry itself, or both. */
type Change =
  { wire: Wire | ((elsewhere: Elsewhere) => Wire); registry?: Way } | { registry: Way; wire?: never };

type Way = Pick<RegistryOptions, 'behaviour' | 'pageSize' | 'repositories'>;

/** Parts of what a client meets. */
type Touch =
  | 'framing'
  | 'headers'
  | 'etag'
  | 'location'
  | 'link'
  | 'redirects'
  | 'ping'
  | 'errors'
  | 'statuses'
  | 'media types'
  | 'bodies'
  | 'ranges'
  | 'uploads'
  | 'digests'
  | 'single posts'
  | 'cancels'
  | 'chunks'
  | 'mounts'
  | 'blobs'
  | 'manifests'
  | 'formats'
  | 'tags'
  | 'catalog'
  | 'referrers'
  | 'deletion'
  | 'challenges'
  | 'tokens'
  | 'token requests'
  | 'grants'
  | 'names';

export type Variants = Record<string, Variant>;
