// Apollo's gateway in front of the gateway and a second subgraph: node router.mjs URL TOKEN GATEWAY_SDL CUSTOMER_ID...
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { composeServices } from "@apollo/composition";
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from "@apollo/gateway";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

const [url, token, sdl, ...ids] = process.argv.slice(2);
const square = parse(readFileSync(sdl, "utf8"));
const orders = parse(readFileSync(fileURLToPath(new URL("orders.graphql", import.meta.url)), "utf8"));
const { supergraphSdl, errors } = composeServices([
  { name: "square", url, typeDefs: square },
  { name: "orders", url: "http://orders", typeDefs: orders },
]);
if (errors?.length) throw errors[0];

const local = new LocalGraphQLDataSource(
  buildSubgraphSchema({
    typeDefs: orders,
    resolvers: {
      Query: { recentOrders: (_, { first }) => ids.slice(0, first).map((id) => ({ id: `order-${id}`, customer: { id } })) },
      Order: { total: () => ({ amount: 450, currency: "USD" }) },
      Customer: {
        __resolveReference: (reference) => reference,
        orders: ({ id }) => [{ id: `order-${id}` }],
        greeting: ({ givenName }) => `Hello, ${givenName}`,
      },
    },
  }),
);
class Remote extends RemoteGraphQLDataSource {
  willSendRequest({ request }) {
    request.http.headers.set("authorization", `Bearer ${token}`);
  }
}
const gateway = new ApolloGateway({
  supergraphSdl,
  buildService: ({ name, url }) => (name === "orders" ? local : new Remote({ url })),
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
const { executor } = await gateway.load();

let count = 0;
const run = async (query) => {
  count += 1;
  const document = parse(query);
  const { data, errors } = await executor({
    document,
    request: { query, variables: {} },
    operationName: null,
    queryHash: String(count),
    context: {},
    cache: undefined,
    metrics: {},
    overallCachePolicy: undefined,
    schema: undefined,
  });
  if (errors?.length) throw new Error(JSON.stringify(errors));
  return data;
};
const outward = await run(`{ customersById(ids: ${JSON.stringify(ids)}) { givenName greeting orders { id total { amount } } } }`);
console.log(JSON.stringify({ outward }));
const inward = await run(`{ recentOrders(first: ${ids.length}) { id customer { givenName groups { name } } } }`);
console.log(JSON.stringify({ inward }));
await gateway.stop();
process.exit(0);
