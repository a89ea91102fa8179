// Apollo Client: a query, a mutation, an error and persisted queries: node apollo.mjs URL TOKEN
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client/core/index.js";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

const [uri, token] = process.argv.slice(2);
const sent = [];
const http = new HttpLink({
  uri,
  headers: { authorization: `Bearer ${token}` },
  fetch: (target, options) => {
    sent.push({ method: options.method, query: /"query":|[?&]query=/.test(`${options.body ?? ""}${target}`) });
    return fetch(target, options);
  },
});
const persisted = new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex") });
const client = (link) => new ApolloClient({ cache: new InMemoryCache(), link });
const plain = client(http);

const NAMES = gql`query Names($first: Int!) { customers(first: $first) { nodes { id givenName } } }`;
const CREATE = gql`
  mutation Create($input: CreateCustomerInput!) {
    createCustomer(input: $input) { customer { id givenName } userErrors { message } }
  }
`;
const BAD = gql`query Bad { customers(first: 0) { nodes { id } } }`;

const { data } = await plain.query({ query: NAMES, variables: { first: 3 } });
const created = await plain.mutate({ mutation: CREATE, variables: { input: { givenName: "Ada" } } });
const code = await plain.query({ query: BAD }).then(
  () => null,
  (error) => (CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : String(error)),
);

async function persistedRound(link) {
  sent.length = 0;
  await client(persisted.concat(link)).query({ query: NAMES, variables: { first: 2 } });
  await client(new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex") }).concat(link)).query({
    query: NAMES,
    variables: { first: 1 },
  });
  return [...sent];
}

console.log(
  JSON.stringify({
    names: data.customers.nodes.length,
    created: created.data.createCustomer.customer.givenName,
    code,
    persisted: await persistedRound(ApolloLink.from([http])),
  }),
);
