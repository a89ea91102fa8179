// A subscription with every client's own library: node subscriptions.mjs URL TOKEN
// The server has `subscription { count(to: Int!) { number } }`.
import { ApolloClient, HttpLink, InMemoryCache, gql as apollo } from "@apollo/client/core/index.js";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client, fetchExchange, gql as urql, subscriptionExchange } from "@urql/core";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";

const [url, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const QUERY = "subscription Count { count(to: 3) { number } }";
const ws = createWs({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams: headers });
const sse = createSse({ url, headers });

const collect = (subscribe) =>
  new Promise((resolve, reject) => {
    const found = [];
    const timer = setTimeout(() => reject(new Error(`only ${JSON.stringify(found)}`)), 100_000);
    subscribe({
      next: (result) => found.push(result.data.count.number),
      error: reject,
      complete: () => {
        clearTimeout(timer);
        resolve(found);
      },
    });
  });
const overApollo = (link) =>
  collect((observer) =>
    new ApolloClient({ cache: new InMemoryCache(), link }).subscribe({ query: apollo(QUERY) }).subscribe(observer),
  );

// urql tells the end by repeating the last result: the third event is taken for it.
const overUrql = (client) =>
  collect((observer) => {
    let seen = 0;
    const { unsubscribe } = client.subscription(urql(QUERY), {}).subscribe((result) => {
      if (seen === 3) return undefined;
      if (result.error) return observer.error(result.error);
      observer.next(result);
      seen += 1;
      if (seen === 3) {
        setTimeout(() => unsubscribe(), 0);
        observer.complete();
      }
    });
  });

const found = {
  graphqlWs: await collect((observer) => ws.subscribe({ query: QUERY }, observer)),
  graphqlSse: await collect((observer) => sse.subscribe({ query: QUERY }, observer)),
  apolloWs: await overApollo(new GraphQLWsLink(ws)),
  apolloMultipart: await overApollo(new HttpLink({ uri: url, headers })),
  urqlWs: await overUrql(
    new Client({
      url,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: (request) => ({
            subscribe: (sink) => ({ unsubscribe: ws.subscribe({ ...request, query: request.query ?? "" }, sink) }),
          }),
        }),
      ],
    }),
  ),
  urqlSse: await overUrql(
    new Client({
      url,
      preferGetMethod: false,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
      fetchOptions: { headers },
    }),
  ),
};
await ws.dispose();
console.log(JSON.stringify(found));
process.exit(0);
