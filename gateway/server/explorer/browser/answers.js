// GraphiQL's fetcher, watched: what its answers cost is told to the panel. Changes no request but by `Gateway-Trace`.

const ASKS = "gateway-trace";
const named = (headers) => Object.keys(headers).some((each) => each.toLowerCase() === ASKS);

/** The headers to send: with the trace asked for, unless the person's own headers say something of it. */
export const asking = (headers, traced) => (traced && !named(headers) ? { ...headers, "Gateway-Trace": "1" } : headers);

// The trace is in the panel: the answer shows it only to who has asked for it.
function seen(answer, show, keep, event) {
  show(answer?.extensions ?? {}, event);
  if (keep || !answer?.extensions?.trace) return answer;
  const { trace, ...extensions } = answer.extensions;
  return { ...answer, extensions };
}

// Why there is no answer, as an error that GraphiQL shows: without a stack, and events of a socket in words.
function reason(error) {
  if (Array.isArray(error)) return error;
  if (error instanceof CloseEvent) return { message: `The connection was closed (${error.code} ${error.reason}).` };
  return { message: error instanceof Error ? `No answer came: ${error.message}` : "The gateway cannot be reached." };
}

/**
 * What `fetched` gives, an answer or a stream of them, with each shown as it comes; `stop` is for their end, and `fail`
 * for what ends without an answer.
 */
export async function watched(fetched, { show, stop, fail, headers, subscription }) {
  const keep = named(headers);
  const refused = (error) => {
    // The gateway's own errors are an answer.
    if (Array.isArray(error)) show({});
    else fail();
    throw reason(error);
  };
  const given = await Promise.resolve(fetched).catch(refused);
  if (typeof given?.[Symbol.asyncIterator] !== "function") return seen(given, show, keep, 0);
  const stream = given[Symbol.asyncIterator]();
  let event = 0;
  // No generator: one that waits for an event could not be stopped before it comes.
  return {
    async next() {
      const { done, value } = await stream.next().catch(refused);
      if (done) stop();
      return done ? { done, value } : { done, value: seen(value, show, keep, subscription ? ++event : 0) };
    },
    return(value) {
      stop();
      return stream.return?.(value) ?? Promise.resolve({ done: true, value });
    },
    throw: (error) => stream.throw?.(error) ?? Promise.reject(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
