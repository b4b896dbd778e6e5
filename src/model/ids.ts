/**
 * The shapes of the ids that people choose: enterprises, gateways and tags. They become topics, user names and keys, so one
 * place says what they may hold. That an id is well formed does not say that it exists.
 */

/** Lower-case letters, digits and dashes: ids of enterprises and gateways in the registry. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What a tag may be. Lone surrogates are shut out because they have no UTF-8 form: the log could not give the same tag back. */
export const TAG = /^[^\s/+#\p{Cs}]{1,64}$/u;

/** As TAG, of what a register may name anew: keys join names by `|`, and `~` begins the name of a gateway. */
export const STATED_NAME = /^(?!~)[^\s/+#|\p{Cs}]{1,64}$/u;

/** Enterprise ids that would make a subject ambiguous: the service's own alarms stand at `service/{partition}`. */
export const RESERVED_ENTERPRISE_IDS: readonly string[] = ['service'];

/** Gateway ids that would make a topic or a credential ambiguous. */
export const RESERVED_GATEWAY_IDS: readonly string[] = ['alerts', 'service'];
