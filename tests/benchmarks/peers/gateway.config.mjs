// Relations of customers, each batched by Mesh itself: one call for all customers of an answer.
const listed = (field, under, ids) => ({
  selectionSet: `{ ${ids} }`,
  resolve: (root, _args, context, info) =>
    context.square.Query[field]({
      root,
      context,
      info,
      key: root[ids],
      argsFromKeys: () => ({ limit: 50 }),
      selectionSet: (wanted) => ({
        kind: 'SelectionSet',
        selections: [{ kind: 'Field', name: { kind: 'Name', value: under }, selectionSet: wanted }],
      }),
      valuesFromResults: (answer, keys) => {
        const found = new Map(answer[under].map((each) => [each.id, each]))
        return keys.map((id) => found.get(id))
      },
    }),
})

export const gatewayConfig = {
  additionalResolvers: {
    Customer: {
      groups: listed('ListCustomerGroups', 'groups', 'group_ids'),
      segments: listed('ListCustomerSegments', 'segments', 'segment_ids'),
      loyalty_accounts: {
        selectionSet: '{ id }',
        resolve: (root, _args, context, info) =>
          context.square.Query.SearchLoyaltyAccounts({
            root,
            context,
            info,
            key: root.id,
            argsFromKeys: (ids) => ({ input: { limit: 200, query: { customer_ids: ids } } }),
            selectionSet: (wanted) => ({
              kind: 'SelectionSet',
              selections: [
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'loyalty_accounts' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [{ kind: 'Field', name: { kind: 'Name', value: 'customer_id' } }, ...wanted.selections],
                  },
                },
              ],
            }),
            valuesFromResults: (answer, ids) =>
              ids.map((id) => answer.loyalty_accounts.filter((each) => each.customer_id === id)),
          }),
      },
    },
  },
  logging: 'error',
}
