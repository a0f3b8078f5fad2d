/** Publishing rules as a value: what a rules file holds, with its words (docs/proxy.md). */
export type RulesDocument = {
  /** Default 1. */
  version?: 1;
  /** `validate` may be left out with the option `users`, which takes its place. */
  listener?: Readonly<Record<string, unknown>>;
  rules: readonly Readonly<Record<string, unknown>>[];
};

/** Users by name, with their passwords as people type them. */
export type Users = Readonly<Record<string, string>>;
