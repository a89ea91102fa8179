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

/** What `fetched` gives, an answer or a stream of them, with each shown as it comes; `stop` is for their end. */
export async function watched(fetched, { show, stop, headers, subscription }) {
  const keep = named(headers);
  const given = await fetched;
  if (typeof given?.[Symbol.asyncIterator] !== "function") return seen(given, show, keep, 0);
  const stream = given[Symbol.asyncIterator]();
  let event = 0;
  // No generator: one that waits for an event could not be stopped before it comes.
  return {
    async next() {
      const { done, value } = await stream.next().catch((error) => {
        show({});
        throw error;
      });
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
