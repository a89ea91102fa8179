// Every composer puts the gateway's SDL and a second subgraph together: node composition.mjs GATEWAY_SDL OTHER_SDL
// Cosmo's also makes the contract that leaves out what is tagged as personal data.
import { readFileSync } from "node:fs";
import { composeServices as apollo } from "@apollo/composition";
import { composeServices as guild } from "@theguild/federation-composition";
import { federateSubgraphsWithContracts as cosmo } from "@wundergraph/composition";
import { parse, printSchema } from "graphql";

// Cosmo's composer takes it for granted; Node.js has it from version 22 on.
Set.prototype.isDisjointFrom ??= function (other) {
  return [...this].every((each) => !other.has(each));
};

const [gateway, other] = process.argv.slice(2);
const services = [
  { name: "square", url: "http://square", typeDefs: parse(readFileSync(gateway, "utf8")) },
  { name: "orders", url: "http://orders", typeDefs: parse(readFileSync(other, "utf8")) },
];
const first = apollo(services);
const second = guild(services);
const third = cosmo({
  subgraphs: services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
  tagOptionsByContractName: new Map([
    ["impersonal", { tagNamesToExclude: new Set(["personal-data"]), tagNamesToInclude: new Set() }],
  ]),
});
const contract = third.federationResultByContractName?.get("impersonal");
const told = (found) => ({
  errors: (found?.errors ?? []).map((each) => each.message),
  warnings: (found?.warnings ?? []).map((each) => each.message),
});
console.log(
  JSON.stringify({
    apollo: {
      errors: (first.errors ?? []).map((each) => each.message),
      hints: (first.hints ?? []).map((each) => `${each.definition.code} ${each.message}`),
    },
    guild: { errors: (second.errors ?? []).map((each) => each.message) },
    cosmo: told(third),
    contract: told(contract),
    supergraphs: [first.supergraphSdl, second.supergraphSdl].map((each) => each?.length ?? 0),
    impersonal: contract?.success ? printSchema(contract.federatedGraphClientSchema) : null,
  }),
);
