/** What comes within so many milliseconds. Rejects if nothing does. */
export async function inTime<Answer>(coming: Promise<Answer>, milliseconds: number): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const sayLate = () => late.reject(new Error(`no answer within ${milliseconds / 1000} s`));
  // If it was this process that stood still, the answer is here and has only to be read: that comes before the immediate.
  const timer = setTimeout(() => setImmediate(sayLate), milliseconds);
  try {
    return await Promise.race([coming, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
