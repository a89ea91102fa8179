// What Apollo Client sends of a document with fields and directives of its own: node apollo_sent.mjs FILE
import { readFileSync } from "node:fs";
import { ApolloClient, ApolloLink, InMemoryCache, gql } from "@apollo/client";
import { LocalState } from "@apollo/client/local-state";
import { Observable } from "rxjs";
import { print } from "graphql";

const sent = [];
const link = new ApolloLink((operation) => {
  sent.push(print(operation.query));
  return new Observable((observer) => observer.error(new Error("nothing is answered here")));
});
const client = new ApolloClient({
  link,
  cache: new InMemoryCache(),
  localState: new LocalState({ resolvers: { Query: { isLoggedIn: () => true, cart: () => null }, Customer: {} } }),
});
const query = gql(readFileSync(process.argv[2], "utf8"));
await client.query({ query, variables: { id: "a", currency: "USD" } }).catch(() => {});
console.log(JSON.stringify({ sent }));
