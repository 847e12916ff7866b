/** Reading again what a deploy may be writing: the file store does not write atomically. */

/** How often something is read before it counts as corrupt. */
const READS = 6;
/** How long that may take, in milliseconds: most stores try again on their own, for longer. */
const PATIENCE = 1000;

/**
 * What `read` gives, read again as long as `isCorruption` says so of the error.
 *
 * @throws the last error.
 */
export async function readAgain<T>(
  read: () => Promise<T>,
  isCorruption: (error: unknown) => boolean,
): Promise<T> {
  const until = Date.now() + PATIENCE;
  for (let reads = 1; ; reads++) {
    try {
      return await read();
    } catch (error) {
      if (!isCorruption(error) || reads === READS || Date.now() > until) throw error;
    }
    await new Promise((done) => setTimeout(done, 5 * 2 ** reads));
  }
}
