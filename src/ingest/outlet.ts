/** What leaves for the sites, and as what: the same through our own broker and to an external one. */
export interface PublishOptions {
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}
