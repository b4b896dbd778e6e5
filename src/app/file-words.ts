/** Why a file that a person has named cannot be read, in his words instead of the system's. */
export function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'is a folder';
  return code === 'EACCES' ? 'may not be read by this user' : firstLine(message);
}

/** What a parser says, without the piece of the file below it. */
const firstLine = (text: string): string => text.split('\n', 1)[0];
