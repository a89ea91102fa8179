// What Mesh makes of the OpenAPI document: a supergraph, with the relations that Square's API leaves to its users.
import { defineConfig } from '@graphql-mesh/compose-cli'
import { loadOpenAPISubgraph } from '@omnigraph/openapi'

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadOpenAPISubgraph('square', {
        source: new URL('square.json', import.meta.url).pathname,
        endpoint: process.env.UPSTREAM,
        operationHeaders: { authorization: 'Bearer x', 'square-version': '2026-09-16' },
        selectQueryOrMutationField: [{ type: 'query', fieldName: 'SearchLoyaltyAccounts' }],
      }),
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type Customer {
      groups: [CustomerGroup!]
      segments: [CustomerSegment!]
      loyalty_accounts: [LoyaltyAccount!]
    }
  `,
})
