/** What an item of a registry file is called in an error, by the section it stands in: one table for whoever tells and whoever looks it up. */
type Item = Readonly<Record<string, unknown>>;

export const ITEM_NAMES = {
  divisions: ({ code }: Item) => `division ${code}`,
  enterprises: ({ id }: Item) => `enterprise ${id}`,
  sources: ({ id }: Item) => `source ${id}`,
  gateways: ({ enterprise, id }: Item) => `gateway ${enterprise}/${id}`,
  points: ({ id }: Item) => `point ${id}`,
  links: ({ from, kind, to }: Item) => `link ${from} ${kind} ${to}`,
} as const;
export type Section = keyof typeof ITEM_NAMES;
export const SECTIONS = Object.keys(ITEM_NAMES) as readonly Section[];
