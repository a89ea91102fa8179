// The same graph for the same documents, written by hand on GraphQL Yoga, DataLoader and graphql-jit.
//   node yoga.mjs UPSTREAM [PORT]
import { createServer } from 'node:http'

import { useGraphQlJit } from '@envelop/graphql-jit'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { Pool } from 'undici'

const [upstream, port = '0'] = process.argv.slice(2)
const pool = new Pool(upstream, { connections: 64, pipelining: 1 })
const headers = { authorization: 'Bearer x', 'content-type': 'application/json', 'square-version': '2026-09-16' }

async function call(method, path, body) {
  const response = await pool.request({ method, path, headers, body: body && JSON.stringify(body) })
  return response.body.json()
}

const typeDefs = /* GraphQL */ `
  scalar DateTime
  scalar Long
  type Address { addressLine1: String addressLine2: String locality: String postalCode: String country: String }
  type Group { id: ID! name: String createdAt: DateTime customers(first: Int = 100): CustomerConnection }
  type Segment { id: ID! name: String createdAt: DateTime }
  type Preferences { emailUnsubscribed: Boolean }
  type Terminology { one: String other: String }
  type RewardTier { name: String points: Long }
  type Program { id: ID! terminology: Terminology rewardTiers: [RewardTier!]! }
  type Reward { id: ID! status: String points: Long }
  type RewardConnection { nodes: [Reward!]! }
  type LoyaltyAccount {
    id: ID! balance: Long lifetimePoints: Long
    customer: Customer program: Program rewards(first: Int = 30): RewardConnection
  }
  type LoyaltyAccountConnection { nodes: [LoyaltyAccount!]! }
  type StringValue { string: String }
  type NumberValue { number: String }
  union Value = StringValue | NumberValue
  type CustomAttribute { key: ID! version: Long value: Value }
  type CustomAttributeConnection { nodes: [CustomAttribute!]! }
  type Customer {
    id: ID! createdAt: DateTime updatedAt: DateTime givenName: String familyName: String emailAddress: String
    phoneNumber: String referenceId: String note: String version: Long creationSource: String
    address: Address preferences: Preferences
    groups: [Group!] segments: [Segment!] loyaltyAccounts: [LoyaltyAccount!]
    customAttributes(first: Int = 100): CustomAttributeConnection
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type CustomerEdge { cursor: String! node: Customer! }
  type CustomerConnection { nodes: [Customer!]! edges: [CustomerEdge!]! pageInfo: PageInfo! }
  type GroupConnection { nodes: [Group!]! }
  type UserError { message: String! }
  input CreateCustomerInput { givenName: String familyName: String note: String }
  type CreateCustomerPayload { customer: Customer userErrors: [UserError!]! }
  type Query {
    customers(first: Int = 100): CustomerConnection
    customer(id: ID!): Customer
    customersById(ids: [ID!]!): [Customer]!
    groups: GroupConnection
    loyaltyAccounts(first: Int = 200): LoyaltyAccountConnection
  }
  type Mutation { createCustomer(input: CreateCustomerInput!): CreateCustomerPayload }
`

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/(\d)/, '_$1')
const renamed = (...names) =>
  Object.fromEntries(names.map((name) => [name, (parent) => parent[snake(name)]]))

async function customers(first) {
  const found = []
  let cursor = ''
  do {
    const page = await call('GET', `/v2/customers?limit=${Math.min(100, first - found.length)}${cursor}`)
    found.push(...page.customers)
    cursor = page.cursor && `&cursor=${page.cursor}`
  } while (cursor && found.length < first)
  return { nodes: found, more: Boolean(cursor) }
}

const resolvers = {
  Query: {
    customers: (_, { first }) => customers(first),
    customer: (_, { id }, context) => context.customers.load(id),
    customersById: (_, { ids }, context) => context.customers.loadMany(ids),
    groups: async () => ({ nodes: (await call('GET', '/v2/customers/groups?limit=50')).groups }),
    loyaltyAccounts: async (_, { first }) => ({
      nodes: (await call('POST', '/v2/loyalty/accounts/search', { limit: first })).loyalty_accounts,
    }),
  },
  Mutation: {
    createCustomer: async (_, { input }) => {
      const body = { idempotency_key: crypto.randomUUID(), given_name: input.givenName, note: input.note }
      return { customer: (await call('POST', '/v2/customers', body)).customer, userErrors: [] }
    },
  },
  CustomerConnection: {
    edges: ({ nodes }) => nodes.map((node, place) => ({ node, cursor: String(place + 1) })),
    pageInfo: ({ nodes, more }) => ({ hasNextPage: more, endCursor: String(nodes.length) }),
  },
  Customer: {
    ...renamed('createdAt', 'updatedAt', 'givenName', 'familyName', 'emailAddress'),
    ...renamed('phoneNumber', 'referenceId', 'creationSource'),
    groups: (customer, _, context) => context.groups.loadMany(customer.group_ids),
    segments: (customer, _, context) => context.segments.loadMany(customer.segment_ids),
    loyaltyAccounts: (customer, _, context) => context.accounts.load(customer.id),
    customAttributes: async ({ id }) => ({
      nodes: (await call('GET', `/v2/customers/${id}/custom-attributes?with_definitions=true`)).custom_attributes,
    }),
  },
  CustomAttribute: { value: ({ value }) => ({ __typename: 'StringValue', string: value }) },
  Address: renamed('addressLine1', 'addressLine2', 'postalCode'),
  Preferences: renamed('emailUnsubscribed'),
  Program: renamed('rewardTiers'),
  Group: {
    ...renamed('createdAt'),
    customers: async ({ id }, { first }) => {
      const query = { filter: { group_ids: { any: [id] } } }
      return { nodes: (await call('POST', '/v2/customers/search', { limit: first, query })).customers }
    },
  },
  LoyaltyAccount: {
    ...renamed('lifetimePoints'),
    customer: (account, _, context) => context.customers.load(account.customer_id),
    program: (account, _, context) => context.programs.load(account.program_id),
    rewards: async ({ id }, { first }) => ({
      nodes: (await call('POST', '/v2/loyalty/rewards/search', { limit: first, query: { loyalty_account_id: id } }))
        .rewards,
    }),
  },
}

const listed = (path, under) =>
  new DataLoader(async (ids) => {
    const found = new Map((await call('GET', path))[under].map((each) => [each.id, each]))
    return ids.map((id) => found.get(id))
  })

const context = () => ({
  customers: new DataLoader(
    async (ids) => {
      const { responses } = await call('POST', '/v2/customers/bulk-retrieve', { customer_ids: ids })
      return ids.map((id) => responses[id].customer)
    },
    { maxBatchSize: 100 },
  ),
  groups: listed('/v2/customers/groups?limit=50', 'groups'),
  segments: listed('/v2/customers/segments?limit=50', 'segments'),
  accounts: new DataLoader(
    async (ids) => {
      const found = grouped(await accountsOf(ids))
      return ids.map((id) => found.get(id) ?? [])
    },
    { maxBatchSize: 100 },
  ),
  programs: new DataLoader((ids) =>
    Promise.all(ids.map(async (id) => (await call('GET', `/v2/loyalty/programs/${id}`)).program)),
  ),
})

const accountsOf = async (ids) =>
  (await call('POST', '/v2/loyalty/accounts/search', { limit: 200, query: { customer_ids: ids } })).loyalty_accounts

function grouped(accounts) {
  const found = new Map()
  for (const each of accounts) {
    if (!found.has(each.customer_id)) found.set(each.customer_id, [])
    found.get(each.customer_id).push(each)
  }
  return found
}

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context,
  plugins: [useGraphQlJit()],
  logging: false,
  graphiql: false,
})
const server = createServer(yoga)
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
