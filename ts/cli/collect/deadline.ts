/** Ends the wait for what may never come. */

/**
 * Runs `run`, and gives up once nothing has come for `seconds`.
 *
 * @param run Is given a function to call whenever something has come.
 * @throws Error with the reason, if it gives up. What `run` waits for goes on.
 */
export async function withDeadline<T>(
  seconds: number,
  run: (heard: () => void) => Promise<T>,
): Promise<T> {
  const { promise, reject } = rejection();
  const late = () => reject(new Error(`it did not answer for ${seconds} seconds`));
  // Where nothing else keeps the program running, nothing can come any more.
  const timer = setTimeout(late, seconds * 1000).unref();
  try {
    return await Promise.race([run(() => timer.refresh()), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function rejection() {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  return { promise, reject };
}
