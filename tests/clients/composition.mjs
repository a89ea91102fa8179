// Every composer puts the gateway's SDL and a second subgraph together: node composition.mjs GATEWAY_SDL OTHER_SDL
import { readFileSync } from "node:fs";
import { composeServices as apollo } from "@apollo/composition";
import { composeServices as guild } from "@theguild/federation-composition";
import { federateSubgraphs as cosmo } from "@wundergraph/composition";
import { parse } from "graphql";

const [gateway, other] = process.argv.slice(2);
const services = [
  { name: "square", url: "http://square", typeDefs: parse(readFileSync(gateway, "utf8")) },
  { name: "orders", url: "http://orders", typeDefs: parse(readFileSync(other, "utf8")) },
];
const first = apollo(services);
const second = guild(services);
const third = cosmo({
  subgraphs: services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
});
console.log(
  JSON.stringify({
    apollo: {
      errors: (first.errors ?? []).map((each) => each.message),
      hints: (first.hints ?? []).map((each) => `${each.definition.code} ${each.message}`),
    },
    guild: { errors: (second.errors ?? []).map((each) => each.message) },
    cosmo: {
      errors: (third.errors ?? []).map((each) => each.message),
      warnings: third.warnings.map((each) => each.message),
    },
    supergraphs: [first.supergraphSdl, second.supergraphSdl].map((each) => each?.length ?? 0),
  }),
);
