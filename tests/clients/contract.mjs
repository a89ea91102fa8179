// Every composer makes the contract that leaves out what has a tag, of the gateway's SDL and a second subgraph:
// node contract.mjs TAG GATEWAY_SDL OTHER_SDL. Gives, for each, its errors and the schema that clients of it see.
import { readFileSync } from "node:fs";
import { composeServices as apollo } from "@apollo/composition";
import { Supergraph, printSchema as printed } from "@apollo/federation-internals";
import { composeSchemaContract as guild } from "@theguild/federation-composition";
import { federateSubgraphsWithContracts as cosmo } from "@wundergraph/composition";
import { Kind, parse, printSchema, visit } from "graphql";

// Cosmo's composer takes it for granted; Node.js has it from version 22 on.
Set.prototype.isDisjointFrom ??= function (other) {
  return [...this].every((each) => !other.has(each));
};

const [tag, ...files] = process.argv.slice(2);
const services = files.map((file, index) => ({
  name: `subgraph${index}`,
  url: `http://subgraph${index}`,
  typeDefs: parse(readFileSync(file, "utf8")),
}));

const told = (errors, sdl) => ({ errors: (errors ?? []).map((each) => each.message), sdl: sdl ?? null });

// As Apollo documents contracts: what has the tag becomes @inaccessible.
const tagged = (node) =>
  node.directives?.some(
    ({ name, arguments: given }) =>
      name.value === "tag" && given.some(({ name, value }) => name.value === "name" && value.value === tag),
  );
const inaccessible = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: "inaccessible" }, arguments: [] };
const link = parse('extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)');
const hidden = (document) => {
  const marked = visit(document, {
    enter: (node) => (tagged(node) ? { ...node, directives: [...node.directives, inaccessible] } : undefined),
  });
  return document === marked ? document : { ...marked, definitions: [...marked.definitions, ...link.definitions] };
};

const first = apollo(services.map((each) => ({ ...each, typeDefs: hidden(each.typeDefs) })));
const second = guild(services, { include: new Set(), exclude: new Set([tag]) }, false);
const third = cosmo({
  subgraphs: services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
  tagOptionsByContractName: new Map([
    ["contract", { tagNamesToExclude: new Set([tag]), tagNamesToInclude: new Set() }],
  ]),
});
const contract = third.federationResultByContractName?.get("contract");
console.log(
  JSON.stringify({
    apollo: told(first.errors, first.supergraphSdl && printed(Supergraph.build(first.supergraphSdl).apiSchema())),
    guild: told(second.errors, second.publicSdl),
    cosmo: told(
      [...(third.errors ?? []), ...(contract?.errors ?? [])],
      contract?.success ? printSchema(contract.federatedGraphClientSchema) : null,
    ),
  }),
);
