// urql: a query, a mutation and an error: node urql.mjs URL TOKEN
import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";

const [url, token] = process.argv.slice(2);
const client = new Client({
  url,
  preferGetMethod: false,
  exchanges: [cacheExchange, fetchExchange],
  fetchOptions: { headers: { authorization: `Bearer ${token}` } },
});
const names = await client.query(gql`query { customers(first: 3) { nodes { id givenName } } }`, {}).toPromise();
const created = await client
  .mutation(
    gql`mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { givenName } userErrors { message } } }`,
    { input: { givenName: "Ada" } },
  )
  .toPromise();
const bad = await client.query(gql`query { customers(first: 0) { nodes { id } } }`, {}).toPromise();
console.log(
  JSON.stringify({
    names: names.data.customers.nodes.length,
    created: created.data.createCustomer.customer.givenName,
    code: bad.error.graphQLErrors[0].extensions.code,
  }),
);
