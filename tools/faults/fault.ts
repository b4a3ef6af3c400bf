import type { RuleId } from '../../lib/rules/catalogue.ts';
import type { Capability } from '../../lib/rules/rule.ts';
import type { Behaviour } from '../registry/behaviour.ts';
import type { Wire } from './wire.ts';
import type { AuthMode, Protocol } from '../../lib/types.ts';

/** One thing that a registry does wrong. */
export type Fault = {
  /** What it does, as a statement about the registry. */
  title: string;
  /** The rule it breaks; `any`, where nobody knows yet and the whole suite is asked. */
  rule: RuleId | 'any';
  /** The registries that shipped it, with the row of the list of field faults; undefined where none is known. */
  shipped?: string;
  /** Whether the official conformance tool would notice. */
  official: 'yes' | 'partly' | 'no';
  /** Rules that break along with its own, and why that is right. */
  also?: { rules: readonly RuleId[]; because: string };
  /** The axes to see it on, where its rule alone does not say. */
  auth?: AuthMode;
  protocol?: Protocol;
  /** What a registry must offer, or which rule it must keep in every test, for the fault to show there. */
  upon?: Capability | 'Link' | RuleId;
} & Change;

/** On the wire it can stand before any registry; as a behaviour only the embedded registry has it. */
type Change = { wire: Wire; behaviour?: never } | { behaviour: Partial<Behaviour>; wire?: never };

export type Faults = Record<string, Fault>;
