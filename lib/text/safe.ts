/** A text that is safe in one kind of place. Nothing outside this folder makes one but by a template of that kind. */
class Safe<Kind extends string> {
  readonly kind: Kind;
  readonly #text: string;

  constructor(kind: Kind, text: string) {
    this.kind = kind;
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Safe };

/** What a template takes: text, which it escapes, and what is safe there already, which goes in as it is. */
export type Value<Kind extends string> = string | number | Safe<Kind> | readonly Value<Kind>[];

export type Template<Kind extends string> = {
  (strings: TemplateStringsArray, ...values: readonly Value<Kind>[]): Safe<Kind>;
  /** The parts, each on a line of its own. */
  lines: (parts: readonly Value<Kind>[]) => Safe<Kind>;
};

/** The template of a kind of place, by what makes any text safe there. */
export function templateOf<Kind extends string>(
  kind: Kind,
  escape: (text: string) => string,
): Template<Kind> {
  const written = (value: Value<Kind>): string => {
    if (Array.isArray(value)) return value.map(written).join('');
    if (typeof value === 'number') return String(value);
    return value instanceof Safe && value.kind === kind ? value.toString() : escape(String(value));
  };
  const template = (strings: TemplateStringsArray, ...values: readonly Value<Kind>[]): Safe<Kind> =>
    trusted(
      kind,
      strings.reduce((text, part, at) => text + written(values[at - 1] ?? '') + part),
    );
  const lines = (parts: readonly Value<Kind>[]): Safe<Kind> => trusted(kind, parts.map(written).join('\n'));
  return Object.assign(template, { lines });
}

/** A text that a module of this folder has made safe by itself. */
export function trusted<Kind extends string>(kind: Kind, text: string): Safe<Kind> {
  return new Safe(kind, text);
}
