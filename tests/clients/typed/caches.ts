// The cache files in an application of strict TypeScript.
import { InMemoryCache } from "@apollo/client";
import { cacheExchange } from "@urql/exchange-graphcache";
import { possibleTypes, typePolicies } from "../apollo-cache.mjs";
import { keys, resolvers, schema } from "../urql-cache.mjs";

export const apollo = new InMemoryCache({ possibleTypes, typePolicies });
export const urql = cacheExchange({ keys, resolvers, schema });
