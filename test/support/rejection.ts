/** The error with which a promise is rejected; fails where it is fulfilled. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with what is no Error: ${String(error)}`);
  }
  throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
}
