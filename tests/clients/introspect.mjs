// Apollo's gateway reads the schema by itself, with the router's key, and passes a caller's token on:
// node introspect.mjs URL TOKEN ROUTER_KEY
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from "@apollo/gateway";
import { parse } from "graphql";

const [url, token, key] = process.argv.slice(2);
class Remote extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (key) request.http.headers.set("router-authorization", key);
    if (context?.token) request.http.headers.set("authorization", `Bearer ${context.token}`);
  }
}
const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({ subgraphs: [{ name: "square", url }], subgraphHealthCheck: true }),
  buildService: ({ url }) => new Remote({ url }),
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
try {
  const { executor } = await gateway.load();
  const query = "{ customers(first: 1) { nodes { id } } }";
  const run = async (context) => {
    const { data, errors } = await executor({
      document: parse(query), request: { query, variables: {} }, operationName: null, queryHash: query, context,
    });
    return errors?.length ? errors[0].extensions.code : data.customers.nodes.length;
  };
  console.log(JSON.stringify({ caller: await run({ token }), nobody: await run({}) }));
} catch (error) {
  console.log(JSON.stringify({ refused: String(error.message).includes("401") }));
}
await gateway.stop().catch(() => {});
process.exit(0);
