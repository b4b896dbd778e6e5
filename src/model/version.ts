/**
 * The one way to say that something stored is of a version this program does not know. Such data is neither damaged nor a
 * bug: it is refused by name, nothing is changed, and the program that wrote it (or a later one) reads it.
 */

export class NewerVersionError extends Error {
  override readonly name = 'NewerVersionError';

  /** `what` names the thing and where it stands; `found` and `known` are version numbers or names. */
  constructor(what: string, found: string | number, known: string | number) {
    super(
      `${what} is of version ${found}, written by a newer program; this one knows ${known}. ` +
        'Nothing was changed: start the program that wrote it, or a later one',
    );
  }
}
