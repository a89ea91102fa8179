// What a client shows of a list of which it has read something else before: node reading.mjs URL TOKEN FOLDER
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";

const [url, token, folder] = process.argv.slice(2);
const { possibleTypes, typePolicies } = await import(`${folder}/apollo-cache.mjs`);
const urql = await import(`${folder}/urql-cache.mjs`);
const headers = { authorization: `Bearer ${token}` };

const PARTS = ["edges { node { id } }", "nodes { id }", "pageInfo { hasNextPage }", "pageInfo { endCursor hasNextPage }"];
const reading = (parts, list) => gql(`{ ${list} { ${parts} } }`);

const CLIENTS = {
  apollo() {
    const link = new HttpLink({ uri: url, headers });
    const client = new ApolloClient({ cache: new InMemoryCache({ possibleTypes, typePolicies }), link });
    return async (query) => (await client.query({ query })).data;
  },
  urql: () => withGraphcache({ schema: urql.schema }),
  urqlWithoutSchema: () => withGraphcache({ possibleTypes: urql.possibleTypes }),
};

function withGraphcache(types) {
  const { keys, resolvers } = urql;
  const exchanges = [cacheExchange({ keys, resolvers, ...types }), fetchExchange];
  const client = new Client({ url, preferGetMethod: false, exchanges, fetchOptions: { headers } });
  return async (query) => {
    const { data, error } = await client.query(query, {}).toPromise();
    if (error) throw error;
    return data;
  };
}

// A cursor of the same place is another text each time.
const plain = (data) =>
  JSON.stringify(data, (name, value) => (name === "__typename" ? undefined : name === "endCursor" ? Boolean(value) : value));
const wrong = [];
let pairs = 0;
for (const [name, make] of Object.entries(CLIENTS)) {
  for (const list of ["groups", "customers(first: 2)"]) {
    for (const second of PARTS) {
      const expected = plain(await make()(reading(second, list)));
      for (const first of ["__typename", ...PARTS]) {
        const read = make();
        await read(reading(first, list));
        pairs += 1;
        const shown = plain(await read(reading(second, list)));
        if (shown !== expected || !shown.includes(second.split(" ")[0])) wrong.push(`${name}: ${list}: ${first}, then ${second}: ${shown}`);
      }
    }
  }
}
console.log(JSON.stringify({ pairs, wrong }));
process.exit(0);
