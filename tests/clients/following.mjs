// One change of a customer, followed with every client's own library at once: node following.mjs URL TOKEN
import { ApolloClient, HttpLink, InMemoryCache, gql as apollo } from "@apollo/client/core/index.js";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { buildHTTPExecutor } from "@graphql-tools/executor-http";
import { Client, fetchExchange, gql as urql } from "@urql/core";
import { parse } from "graphql";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";

const [url, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const QUERY = "subscription Changed { customerChanged { kind customer { givenName } } }";
const ws = createWs({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams: headers });
const sse = createSse({ url, headers });

const first = (subscribe) =>
  new Promise((resolve, reject) => {
    subscribe({
      next: ({ data, error }) => (error ? reject(error) : resolve(data.customerChanged.customer.givenName)),
      error: reject,
      complete: () => reject(new Error("it has ended")),
    });
  });
const overApollo = (link) =>
  first((observer) =>
    new ApolloClient({ cache: new InMemoryCache(), link }).subscribe({ query: apollo(QUERY) }).subscribe(observer),
  );
// What Hive's gateway reads its subgraphs with.
async function overHive() {
  const execute = buildHTTPExecutor({ endpoint: url, headers });
  for await (const { data } of await execute({ document: parse(QUERY) })) return data.customerChanged.customer.givenName;
}

const clients = {
  graphqlWs: first((observer) => ws.subscribe({ query: QUERY }, observer)),
  graphqlSse: first((observer) => sse.subscribe({ query: QUERY }, observer)),
  apolloWs: overApollo(new GraphQLWsLink(ws)),
  apolloMultipart: overApollo(new HttpLink({ uri: url, headers })),
  urqlSse: first((observer) =>
    new Client({ url, preferGetMethod: false, exchanges: [fetchExchange], fetchSubscriptions: true, fetchOptions: { headers } })
      .subscription(urql(QUERY), {})
      .subscribe(observer.next),
  ),
  hiveSse: overHive(),
};
const found = Object.fromEntries(await Promise.all(Object.entries(clients).map(async ([name, each]) => [name, await each])));
console.log(JSON.stringify(found));
process.exit(0);
